import { describe, expect, test } from '@jest/globals';
import { inventWorks, type Work } from '../../lib/simulator/catalogue.ts';
import { RecordList } from '../../lib/simulator/record-list.ts';
import { parseSort, type SortOrder } from '../../lib/simulator/sort-order.ts';
import { defaultTargets, type Target } from '../../lib/simulator/target.ts';

const [work] = inventWorks(1) as [Work];
const [target, other] = defaultTargets() as [Target, Target];
const named = (title: string, changes: Partial<Work> = {}): Work => ({ ...work, title, ...changes });

/** Titles in the order that a `sort` parameter gives. */
function sorted(sort: string, works: readonly Work[], query = ''): string[] {
  const list = new RecordList(query);
  for (const each of works) list.add(target, each);
  const order = parseSort(sort);
  return order === undefined ? [] : list.sorted(order).map((cluster) => cluster.work.title);
}

describe('A list of records', () => {
  test('merges the same work of several targets', () => {
    const list = new RecordList('');
    list.add(target, work);
    list.add(other, { ...work, date: '1700' });
    expect([list.size, [...list.values()][0]?.targets]).toEqual([1, [target, other]]);
  });

  test('keeps works with other titles, authors or mediums apart', () => {
    const list = new RecordList('');
    for (const each of [work, named('X'), named('X', { author: 'Y' }), named('X', { medium: 'journal' })])
      list.add(target, each);
    expect(list.size).toBe(4);
  });
});

describe('Records are sorted', () => {
  const works = [
    named('The bear', { date: '1900', author: 'C' }),
    named('A cat', { date: '1800', author: 'B' }),
    named('An ant', { date: '1900', author: 'A' }),
  ];

  test.each([
    ['title:1', ['An ant', 'The bear', 'A cat']],
    ['title:0', ['A cat', 'The bear', 'An ant']],
    ['title', ['A cat', 'The bear', 'An ant']],
    ['author:1', ['An ant', 'A cat', 'The bear']],
    ['date:0,title:1', ['An ant', 'The bear', 'A cat']],
    ['date:1,title:0', ['A cat', 'The bear', 'An ant']],
  ])('by %s', (sort, titles) => {
    expect(sorted(sort, works)).toEqual(titles);
  });

  test('by relevance, which looks for the words of the query in titles most of all', () => {
    const authored = named('X', { author: 'ant' });
    expect(sorted('relevance', [authored, ...works], 'ant').slice(0, 2)).toEqual(['An ant', 'X']);
  });

  test('anew when more have come', () => {
    const list = new RecordList('');
    const order = parseSort('title:1') as SortOrder;
    list.add(target, named('B'));
    list.sorted(order);
    list.add(target, named('A'));
    expect(list.sorted(order).map((cluster) => cluster.work.title)).toEqual(['A', 'B']);
  });

  test.each(['', 'nope', 'title:1,', 'Title:1'])('but not by %j', (sort) => {
    expect(parseSort(sort)).toBeUndefined();
  });
});
