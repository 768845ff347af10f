import { describe, expect, test } from '@jest/globals';
import { inventWorks } from '../../lib/simulator/catalogue.ts';
import { expectedResult } from '../../lib/simulator/expected-result.ts';
import { recordId } from '../../lib/simulator/record-list.ts';
import { defaultTargets } from '../../lib/simulator/target.ts';

describe('The invented catalogue', () => {
  test('is always the same', () => {
    expect(inventWorks(1000)).toEqual(inventWorks(1000));
  });

  test.each([312, 2000])('of %i works has as many different ones', (count) => {
    const works = inventWorks(count);
    expect(new Set(works.map(({ title }) => title)).size).toBe(count);
    expect(new Set(works.map(({ id }) => id)).size).toBe(count);
    expect(new Set(works.map(recordId)).size).toBe(count);
  });

  test.each(['libraries', 'computer', 'science', 'history', 'literature', 'music', 'oceans'])(
    'has works for a demo that tries %s',
    (query) => {
      expect(expectedResult(query).merged).toBeGreaterThan(5);
    },
  );
});

describe('The libraries of the demo', () => {
  const targets = defaultTargets();

  test('hold every work, most of them more than once', () => {
    const holders = new Map<string, number>();
    for (const { works = [] } of targets)
      for (const { id } of works) holders.set(id, (holders.get(id) ?? 0) + 1);
    expect(holders.size).toBe(312);
    const shared = [...holders.values()].filter((count) => count > 1).length;
    expect(shared).toBeGreaterThan(156);
    expect(shared).toBeLessThan(312);
  });

  test('can hold other works and be faster', () => {
    const works = inventWorks(5);
    const [library] = defaultTargets(works, [1, 2]);
    expect(library).toMatchObject({ latency: [1, 2], works: [works[0]] });
  });
});

describe('An expected result', () => {
  test('counts works once and hits once for every library', () => {
    const works = inventWorks(1);
    const targets = defaultTargets().map(({ id, name, latency }) => ({ id, name, latency, works }));
    expect(expectedResult('cataloguing', { targets })).toEqual({
      hits: 5,
      merged: 1,
      recids: works.map(recordId),
    });
  });

  test('knows the limit', () => {
    expect(expectedResult('poetry', { limit: 'date=1000' }).merged).toBe(0);
  });

  test('is none for what a server would refuse', () => {
    expect(() => expectedResult('(')).toThrow(SyntaxError);
    expect(() => expectedResult('poetry', { limit: 'colour=red' })).toThrow(SyntaxError);
  });

  test('counts nothing for a library that cannot be reached', () => {
    expect(
      expectedResult('poetry', { targets: [{ id: 'x', name: 'x', works: undefined, latency: [0, 0] }] }).hits,
    ).toBe(0);
  });
});
