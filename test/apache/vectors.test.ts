import { describe, expect, test } from '@jest/globals';
import { differingRows, LEFT_OUT } from './comparison.ts';
import { differences, differingRowsOf, headersLeftOut } from './differences.ts';
import { ourSubject } from './our-subject.ts';
import { replay } from './replay.ts';
import { readVectors, withOutcomesOnly } from './vectors.ts';

const FILES = {
  sticky: readVectors('sticky'),
  headers: readVectors('headers'),
  failure: readVectors('failure').map(withOutcomesOnly),
};

describe.each(Object.entries(FILES))('what was recorded from Apache: %s', (_, vectors) => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))(
    '%s comes out the same, but for the rows that the page of differences names',
    async (id, vector) => {
      const differing = differingRows(vector, await replay(vector, ourSubject));
      expect(differing.filter(({ row }) => !differingRowsOf(id).includes(row))).toEqual([]);
      expect(differing.map(({ row }) => row)).toEqual(differingRowsOf(id));
    },
    30_000,
  );
});

describe('the page of differences', () => {
  test('names scenarios that there are', () => {
    const known = new Set(
      Object.values(FILES)
        .flat()
        .map(({ id }) => id),
    );
    expect(differences().filter(({ id }) => !known.has(id))).toEqual([]);
  });

  test('names each row once', () => {
    const named = differences().flatMap(({ id, rows }) => rows.map((row) => `${id} ${row}`));
    expect(named.filter((row, index) => named.indexOf(row) !== index)).toEqual([]);
  });

  test('names the headers that are not compared', () => {
    expect(headersLeftOut('members').sort()).toEqual(
      [...LEFT_OUT.request, 'x-forwarded-proto', 'content-length: 0'].sort(),
    );
    expect(headersLeftOut('clients').sort()).toEqual([...LEFT_OUT.reply].sort());
  });
});
