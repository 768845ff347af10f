import { expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { optionProblems } from '../helpers/option-problems.ts';

interface Entrance {
  readonly path: string;
  readonly listener?: 'public' | 'internal';
}

/** Clusters a, b, … with these paths and entrances. */
const problemsOf = (...clusters: { readonly path: string; readonly entrances?: readonly Entrance[] }[]) =>
  optionProblems(() =>
    checkGatewayOptions({
      listen: '127.0.0.1:8080',
      admin: { listen: '127.0.0.1:8081' },
      clusters: Object.fromEntries(
        clusters.map((cluster, index) => [
          'abc'.charAt(index),
          { ...cluster, members: [{ url: 'http://127.0.0.1:9763', route: 'pz1' }] },
        ]),
      ),
    }),
  );

const internal = (path: string) => ({ path, listener: 'internal' }) as const;

test('paths below each other are no conflict', () => {
  expect(problemsOf({ path: '/', entrances: [{ path: '/a' }, { path: '/a/b' }] }, { path: '/c' })).toEqual(
    [],
  );
});

test('the same path may stand on both listeners', () => {
  expect(problemsOf({ path: '/a', entrances: [{ path: '/a', listener: 'internal' }] })).toEqual([]);
});

test('an entrance must not have the path of a cluster, be it a later one', () => {
  const message = 'must differ from the paths of the clusters and of the other entrances';
  expect(problemsOf({ path: '/a', entrances: [{ path: '/a' }] })).toEqual([
    `clusters.a.entrances[0].path: ${message}`,
  ]);
  expect(problemsOf({ path: '/a', entrances: [{ path: '/b' }] }, { path: '/b' })).toEqual([
    `clusters.a.entrances[0].path: ${message}`,
  ]);
});

test('nor that of another entrance, of whatever cluster', () => {
  const taken = { path: '/a', entrances: [{ path: '/t' }] };
  expect(problemsOf(taken, { path: '/b', entrances: [{ path: '/u' }, { path: '/t' }] })).toEqual([
    'clusters.b.entrances[1].path: must differ from the paths of the clusters and of the other entrances',
  ]);
});

test('on the internal listener entrances differ from each other and from what it serves itself', () => {
  const message = 'must differ from the other paths of the internal listener';
  expect(problemsOf({ path: '/a', entrances: [internal('/t'), internal('/t')] })).toEqual([
    `clusters.a.entrances[1].path: ${message}`,
  ]);
  expect(problemsOf({ path: '/a', entrances: [internal('/healthz'), internal('/readyz')] })).toEqual([
    `clusters.a.entrances[0].path: ${message}`,
    `clusters.a.entrances[1].path: ${message}`,
  ]);
});
