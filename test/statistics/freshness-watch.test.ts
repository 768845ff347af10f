import { beforeEach, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import { FreshnessWatch } from '../../lib/statistics/freshness-watch.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

function watched(expectUpdate: number, beforeFirstUpdate: 'in' | 'out' = 'in', own?: number) {
  const cluster = new Cluster('c', [memberSettings('pz1', { expectUpdate: own }), memberSettings('pz2')]);
  const watch = new FreshnessWatch(cluster, { expectUpdate, beforeFirstUpdate }, clock);
  const freshness = () => cluster.members.map(({ state }) => state.freshness);
  const push = (route: string) => {
    const member = cluster.byRoute(route);
    if (member !== undefined) watch.updated(member);
  };
  return { cluster, watch, freshness, push };
}

test('who does not push in time is out, and in with its next push', () => {
  const { freshness, push, cluster } = watched(10_000);
  push('pz1');
  push('pz2');
  clock.advance(9000);
  push('pz2');
  clock.advance(1000);
  expect(freshness()).toEqual(['out', 'in']);
  expect(cluster.byRoute('pz1')?.state.snapshot(0).reasons.freshness).toBe('no update within 10000 ms');
  push('pz1');
  expect(freshness()).toEqual(['in', 'in']);
  clock.advance(9000);
  expect(freshness()).toEqual(['in', 'out']);
});

test.each(['in', 'out'] as const)(
  'before the first push everybody is %s, however long that takes',
  (start) => {
    const { freshness, push } = watched(10_000, start);
    clock.advance(3_600_000);
    expect(freshness()).toEqual([start, start]);
    push('pz1');
    expect(freshness()).toEqual(['in', start]);
  },
);

test('a member may have a time of its own, or none', () => {
  const patient = watched(10_000, 'out', 60_000);
  patient.push('pz1');
  patient.push('pz2');
  clock.advance(30_000);
  expect(patient.freshness()).toEqual(['in', 'out']);
  expect(watched(10_000, 'out', 0).freshness()).toEqual(['in', 'out']);
});

test('where nothing is expected nobody is ever out', () => {
  const { freshness, push } = watched(0, 'out');
  push('pz1');
  clock.advance(3_600_000);
  expect(freshness()).toEqual(['in', 'in']);
  expect(clock.running).toBe(0);
});

test('who joins starts as configured, who is taken out is forgotten', () => {
  const { cluster, push } = watched(10_000, 'out');
  expect(cluster.add(memberSettings('pz3')).state.freshness).toBe('out');
  push('pz3');
  cluster.remove('pz3');
  expect(clock.running).toBe(0);
});

test('when updates are not expected any more, all come in', () => {
  const { watch, freshness, push } = watched(10_000, 'out');
  push('pz1');
  watch.reconfigure({ expectUpdate: 0, beforeFirstUpdate: 'out' });
  expect(freshness()).toEqual(['in', 'in']);
  expect(clock.running).toBe(0);
});

test('when updates are expected from now on, what has arrived counts, and who never pushed is as at the start', () => {
  const { watch, freshness, push, cluster } = watched(0);
  push('pz1');
  cluster.byRoute('pz1')?.figures.update([], clock.monotonic());
  clock.advance(6000);
  watch.reconfigure({ expectUpdate: 10_000, beforeFirstUpdate: 'out' });
  expect(freshness()).toEqual(['in', 'out']);
  clock.advance(4000);
  expect(freshness()).toEqual(['out', 'out']);
});

test('a member that is expected to push sooner than before is out sooner', () => {
  const { watch, freshness, push, cluster } = watched(60_000);
  push('pz1');
  const [pz1] = cluster.members;
  if (pz1 !== undefined) cluster.reconfigure(pz1, { ...pz1.settings, expectUpdate: 5000 });
  pz1?.figures.update([], clock.monotonic());
  watch.reconfigure({ expectUpdate: 60_000, beforeFirstUpdate: 'in' });
  clock.advance(5000);
  expect(freshness()).toEqual(['out', 'in']);
});

test('it stops with its cluster', () => {
  const { watch, cluster, push, freshness } = watched(10_000);
  push('pz1');
  watch.stop();
  expect(clock.running).toBe(0);
  cluster.add(memberSettings('pz3'));
  expect(freshness()).toEqual(['in', 'in', 'in']);
});
