import { describe, expect, test } from '@jest/globals';
import type { MethodSettings } from '../../lib/selection/create-selector.ts';
import { sum } from '../helpers/members.ts';
import { memberSettings } from '../helpers/member-settings.ts';
import { SimulatedLoad, type Habits, type Shares } from '../helpers/simulated-load.ts';

const SEED = 7;
const MINUTE = 60_000;

/** Requests without sessions: a few, so that members idle, and many, so that each has dozens in flight. */
const QUIET: Habits = { every: 500, stays: 0, asksEvery: 0, answersIn: 10, bytes: 5000 };
const CROWDED: Habits = { every: 2, stays: 0, asksEvery: 0, answersIn: 400, bytes: 5000 };
/** Pages with a search: about 300 users at a time, who stay between one and four minutes. */
const SEARCHING: Habits = { every: 500, stays: 150_000, asksEvery: 4000, answersIn: 100, bytes: 5000 };

const P2C_LATENCY: MethodSettings = { method: 'p2c', measure: 'latency' };
const HASH: MethodSettings = { method: 'hash', key: 'address' };

const BY_FACTOR = [1 / 6, 2 / 6, 3 / 6];
const EQUAL = [1 / 3, 1 / 3, 1 / 3];

function shares(amounts: readonly number[]): number[] {
  return amounts.map((amount) => amount / sum(amounts));
}

/** How much more than the mean the busiest has. */
function busiest(amounts: readonly number[]): number {
  return Math.max(...shares(amounts)) * amounts.length;
}

describe('What members with the load factors 1, 2 and 3 get', () => {
  const laws: [name: string, MethodSettings, what: keyof Shares, Habits, minutes: number, law: number[]][] = [
    ['byrequests', 'byrequests', 'requests', QUIET, 200, BY_FACTOR],
    ['byrequests', 'byrequests', 'requests', CROWDED, 1, BY_FACTOR],
    ['byrequests', 'byrequests', 'requests', SEARCHING, 10, BY_FACTOR],
    ['bytraffic', 'bytraffic', 'bytes', QUIET, 200, BY_FACTOR],
    ['bytraffic', 'bytraffic', 'bytes', CROWDED, 1, BY_FACTOR],
    ['bytraffic', 'bytraffic', 'bytes', SEARCHING, 10, BY_FACTOR],
    ['bybusyness', 'bybusyness', 'requests', QUIET, 200, BY_FACTOR],
    ['bybusyness', 'bybusyness', 'inFlight', CROWDED, 1, EQUAL],
    ['bysessions', 'bysessions', 'sessions', SEARCHING, 10, BY_FACTOR],
    ['p2c', 'p2c', 'requests', QUIET, 200, BY_FACTOR],
    ['p2c', 'p2c', 'inFlight', CROWDED, 1, BY_FACTOR],
    ['hash', HASH, 'elections', CROWDED, 1, BY_FACTOR],
  ];

  test.each(laws)(
    'by %s (%j) are %s as its law says, within 5 %%',
    (_, method, what, habits, minutes, law) => {
      const members = [{ loadFactor: 1 }, { loadFactor: 2 }, { loadFactor: 3 }];
      const load = new SimulatedLoad(method, members, { habits, seed: SEED });
      load.run(5 * MINUTE);
      const found = shares(load.run(minutes * MINUTE)[what]);
      for (const [index, share] of law.entries()) {
        expect(Math.abs((found[index] ?? 0) / share - 1)).toBeLessThan(0.05);
      }
    },
  );
});

describe('p2c by latency', () => {
  test('gives equals equal shares, within 5 %', () => {
    const load = new SimulatedLoad(P2C_LATENCY, [{}, {}, {}], { habits: CROWDED, seed: SEED });
    expect(busiest(load.run(2 * MINUTE).requests)).toBeLessThan(1.05);
  });

  test.each([
    ['busy', { ...CROWDED, every: 10 }],
    ['quiet', QUIET],
  ])('keeps requests away from a member that became slow, but goes on trying it (%s)', (_, habits) => {
    const load = new SimulatedLoad(P2C_LATENCY, [{}, {}, {}], { habits, seed: SEED });
    load.slow('pz3', 5);
    load.run(10_000);
    const [, , slow = 0] = shares(load.run(10 * MINUTE).requests);
    expect(slow).toBeLessThan(0.15);
    expect(slow).toBeGreaterThan(0);
    load.slow('pz3', 1);
    load.run(MINUTE);
    expect(busiest(load.run(10 * MINUTE).requests)).toBeLessThan(1.15);
  });
});

const BALANCING: [name: string, MethodSettings][] = [
  ['byrequests', 'byrequests'],
  ['bytraffic', 'bytraffic'],
  ['bybusyness', 'bybusyness'],
  ['bysessions', 'bysessions'],
  ['p2c', 'p2c'],
  ['p2c by latency', P2C_LATENCY],
  ['hash', HASH],
];

describe.each(BALANCING)('%s: the busiest has at most 1.2 times the mean', (_, method) => {
  test('of the new sessions while a member joins, and of all sessions when those from before are over', () => {
    const load = new SimulatedLoad(method, [{}, {}, {}], { habits: SEARCHING, seed: SEED });
    load.run(5 * MINUTE);
    load.cluster.add(memberSettings('pz4'));
    expect(busiest(load.run(4 * MINUTE).elections)).toBeLessThan(1.2);
    expect(busiest(load.run(4 * MINUTE).sessions)).toBeLessThan(1.2);
  });

  test('of the new sessions after a member recovers, also when it starts slowly', () => {
    const load = new SimulatedLoad(method, [{}, {}, {}, {}], {
      habits: SEARCHING,
      seed: SEED,
      slowStart: MINUTE,
    });
    load.run(5 * MINUTE);
    load.cluster.byRoute('pz2')?.state.setHealth('down', 'test');
    load.run(2 * MINUTE);
    load.cluster.byRoute('pz2')?.state.setHealth('up', 'test');
    const first = load.run(MINUTE).elections;
    expect(first[1]).toBeLessThan((1.2 * sum(first)) / 4);
    expect(busiest(load.run(4 * MINUTE).elections)).toBeLessThan(1.2);
    expect(busiest(load.run(4 * MINUTE).sessions)).toBeLessThan(1.2);
  });

  test('of requests without sessions, from the first seconds on', () => {
    const load = new SimulatedLoad(method, [{}, {}, {}], { habits: CROWDED, seed: SEED });
    load.run(10_000);
    load.cluster.add(memberSettings('pz4'));
    expect(busiest(load.run(5_000).requests)).toBeLessThan(1.2);
  });

  test('of requests without sessions over a slow start, in which the newcomer comes to its share little by little', () => {
    const load = new SimulatedLoad(method, [{}, {}, {}, {}, {}], {
      habits: CROWDED,
      seed: SEED,
      slowStart: 42_000,
    });
    load.run(42_000);
    load.cluster.add(memberSettings('pz6'));
    const thirds = [load.run(14_000), load.run(14_000), load.run(14_000)].map(({ requests }) => requests);
    const whole = load.cluster.members.map((_member, index) =>
      sum(thirds.map((requests) => requests[index] ?? 0)),
    );
    expect(busiest(whole)).toBeLessThan(1.2);
    const newcomer = thirds.map((requests) => shares(requests)[5] ?? 0);
    expect(newcomer).toEqual([...newcomer].sort((a, b) => a - b));
    expect(newcomer[0]).toBeLessThan(0.4 / 6);
    expect(newcomer[2]).toBeGreaterThan(0.6 / 6);
  });
});
