import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inventWorks } from '../../lib/simulator/catalogue.ts';
import { parseLimit } from '../../lib/simulator/limit.ts';
import { parseQuery, words } from '../../lib/simulator/query.ts';

const works = inventWorks();

/** Ids of the works that a query finds, or what is wrong with it. */
function find(text: string): readonly string[] | string {
  const query = parseQuery(text);
  return typeof query === 'function' ? works.filter(query).map(({ id }) => id) : query.problem;
}

/** Ids of the works that a limit lets through, undefined when it is malformed. */
function limited(text: string): readonly string[] | undefined {
  const fits = parseLimit(text);
  return fits === undefined ? undefined : works.filter(fits).map(({ id }) => id);
}

const both = (one: string, other: string): unknown =>
  (find(other) as string[]).filter((id) => find(one).includes(id));

describe('A query finds works', () => {
  test('with the word anywhere, upper or lower case', () => {
    const expected = works.filter(({ title, subjects }) =>
      `${title} ${subjects.join(' ')}`.includes('Telecommunication'),
    );
    expect(find('TELECOMMUNICATION')).toEqual(expected.map(({ id }) => id));
  });

  test('with all of its words, in any order', () => {
    expect(find('networks letters')).toEqual(find('letters and networks'));
    expect(find('networks letters')).toEqual(both('networks', 'letters'));
  });

  test('with a phrase', () => {
    expect(find('"Letters on poetry"')).toHaveLength(1);
    expect(find('"poetry on letters"')).toEqual([]);
  });

  test('with a word that begins so', () => {
    expect(find('telecomm?')).toEqual(find('telecommunication'));
  });

  test.each([
    ['ti=poetry', 'title', 'poetry'],
    ['au=lindqvist', 'author', 'Lindqvist, Per'],
    ['date = 1828', 'date', '1828'],
    ['id=pzb00001', 'id', 'pzb00001'],
  ] as const)('by %s in the field %s', (query, field, part) => {
    const expected = works.filter((work) => work[field].toLowerCase().includes(part.toLowerCase()));
    expect(expected.length).toBeGreaterThan(0);
    expect(find(query)).toEqual(expected.map(({ id }) => id));
  });

  test('by subject', () => {
    expect(find('su="natural history"')).toEqual(
      works
        .filter(({ subjects }) => subjects.join().toLowerCase().includes('natural history'))
        .map(({ id }) => id),
    );
  });

  test('with and, or, not from left to right, and parentheses', () => {
    const either = new Set([...(find('poetry') as string[]), ...(find('music') as string[])]);
    expect(new Set(find('poetry or music'))).toEqual(either);
    expect(find('poetry or music not letters')).toEqual(find('(poetry or music) not letters'));
    expect(find('letters and (poetry or music)')).toEqual(
      (find('letters') as string[]).filter((id) => either.has(id)),
    );
  });

  test('whose letters are not ASCII', () => {
    expect(find('dvořák')).toEqual(find('au=DVOŘÁK-LIND'));
    expect(find('dvořák').length).toBeGreaterThan(0);
  });

  test('not at all when it has no letters', () => {
    expect(find('"!"')).toEqual([]);
  });
});

describe('A query is refused:', () => {
  test.each([
    ['(computer', "')' expected"],
    ['computer)', "Unbalanced ')'"],
    ['', 'Search word expected'],
    ['a and', 'Search word expected'],
    ['or b', 'Search word expected'],
    ['()', 'Search word expected'],
    ['ti=', 'Search word expected'],
    ['xyz=a', 'Unknown qualifier'],
    ['"open', []],
  ])('%j: %j', (query, problem) => {
    expect(find(query)).toEqual(problem);
  });

  test('but no text makes the parser fail', () => {
    const piece = fc.constantFrom('(', ')', '"', '=', ' ', 'and', 'not', 'ti', 'music', 'é', '?');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(['function', 'object']).toContain(typeof parseQuery(pieces.join('')));
      }),
    );
  });
});

describe('A limit', () => {
  test('lets through works with one of the values', () => {
    const expected = works.filter(({ date }) => date === '1791' || date === '1828');
    expect(limited('date=1791|1828')).toEqual(expected.map(({ id }) => id));
  });

  test('wants every condition to hold', () => {
    expect(limited('subject=poetry,medium=journal')).toEqual(
      limited('medium=journal')?.filter((id) => limited('subject=poetry')?.includes(id)),
    );
  });

  test('takes commas after a backslash for text', () => {
    expect(limited('author=lindqvist\\, per')).toEqual(
      works.filter(({ author }) => author === 'Lindqvist, Per').map(({ id }) => id),
    );
  });

  test('does not know parts of values', () => {
    expect(limited('title=poetry')).toEqual([]);
  });

  test.each(['', 'author', 'author=', 'author=a|', 'colour=red', 'author=a,'])('%j is malformed', (text) => {
    expect(limited(text)).toBeUndefined();
  });
});

test('Words are letters and digits in lower case', () => {
  expect(words("O'Donovan, Åsa 1848-9")).toEqual(['o', 'donovan', 'åsa', '1848', '9']);
});
