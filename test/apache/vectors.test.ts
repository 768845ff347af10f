import { describe, expect, test } from '@jest/globals';
import { differingRows, LEFT_OUT } from './comparison.ts';
import { checkHttpClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { counterNames, differences, differingRowsOf, headersLeftOut } from './differences.ts';
import { miscellaneousVectors } from './health-replay.ts';
import { ourSubject } from './our-subject.ts';
import { replay } from './replay.ts';
import { readVectors, withCounters, withOutcomesOnly } from './vectors.ts';

const FILES = {
  sticky: readVectors('sticky'),
  headers: readVectors('headers'),
  failure: readVectors('failure').map(withOutcomesOnly),
  byrequests: readVectors('byrequests').map(withCounters),
  bytraffic: readVectors('bytraffic').map(withCounters),
  bybusyness: readVectors('bybusyness').map(withCounters),
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
    const known = new Set([...Object.values(FILES).flat(), ...miscellaneousVectors()].map(({ id }) => id));
    expect(differences().filter(({ id }) => !known.has(id))).toEqual([]);
  });

  test('names each row once', () => {
    const named = differences().flatMap(({ id, rows }) => rows.map((row) => `${id} ${row}`));
    expect(named.filter((row, index) => named.indexOf(row) !== index)).toEqual([]);
  });

  test('names the counters that a snapshot has', () => {
    const members = [{ url: 'http://127.0.0.1:1', route: 'app1' }];
    const balancing = new Balancer(checkHttpClusterOptions({ members }));
    const [member] = balancing.snapshot().members;
    expect(counterNames().filter((name) => !Object.hasOwn(member ?? {}, name))).toEqual([]);
    expect(counterNames()).toHaveLength(5);
  });

  test('names the headers that are not compared', () => {
    expect(headersLeftOut('members').sort()).toEqual(
      [...LEFT_OUT.request, 'x-forwarded-proto', 'content-length: 0'].sort(),
    );
    expect(headersLeftOut('clients').sort()).toEqual([...LEFT_OUT.reply].sort());
  });
});
