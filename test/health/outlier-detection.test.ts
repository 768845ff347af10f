import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { MemberSettings } from '../../lib/cluster/member-settings.ts';
import { HealthVerdicts } from '../../lib/health/health-verdicts.ts';
import { OutlierDetection } from '../../lib/health/outlier-detection.ts';
import type { OutlierSettings } from '../../lib/health/outlier-settings.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const SETTINGS: OutlierSettings = {
  consecutiveFailures: 3,
  failureShare: 0.5,
  latencyFactor: 10,
  minLatency: 100,
  status: [[502, 504]],
  window: 10_000,
  minRequests: 10,
  ejectionTime: 1000,
  maxEjectionTime: 4000,
  maxEjected: 0.5,
};

function watched(
  count: number,
  changes: Partial<OutlierSettings> = {},
  member: Partial<MemberSettings> = {},
) {
  const clock = new FakeClock(0);
  const routes = Array.from({ length: count }, (_, index) => `pz${index + 1}`);
  const cluster = new Cluster(
    'main',
    routes.map((route) => memberSettings(route, member)),
  );
  const changed: string[] = [];
  const ejections: string[] = [];
  cluster.onMemberState(({ route }, { axis, to, reason }) =>
    (axis === 'ejection' ? ejections : changed).push(`${route} ${to}: ${reason}`),
  );
  const verdicts = new HealthVerdicts();
  const outliers = new OutlierDetection({
    cluster,
    clock,
    settings: { ...SETTINGS, ...changes },
    verdicts,
  });
  const at = (route: string) => {
    const found = cluster.byRoute(route);
    if (found === undefined) throw new Error(`no ${route}`);
    return found;
  };
  const fail = (route: string, times = 1): void => {
    for (let time = 0; time < times; time += 1) at(route).report({ result: 'failed', kind: 'reset' });
  };
  const answer = (route: string, latency = 1, status = 200): void =>
    at(route).report({ result: 'answered', status, latency });
  return { clock, cluster, outliers, verdicts, changed, ejections, at, fail, answer };
}

describe('An ejection', () => {
  test('is told when it begins and ends', () => {
    const { clock, ejections, fail, at } = watched(2);
    fail('pz1', 3);
    expect(at('pz1').state.snapshot(0)).toMatchObject({
      ejection: 'ejected',
      reasons: { ejection: 'ejected for 1000 ms: 3 failures in a row' },
    });
    clock.advance(1000);
    expect(ejections).toEqual([
      'pz1 ejected: ejected for 1000 ms: 3 failures in a row',
      'pz1 none: its ejection of 1000 ms is over',
    ]);
  });

  test('is told of a member that is down already, and leaves it down when it ends', () => {
    const { clock, verdicts, changed, ejections, fail, at } = watched(2);
    verdicts.say(at('pz1'), 'probes', 'down', '3 probes failed');
    fail('pz1', 3);
    clock.advance(1000);
    expect(ejections).toHaveLength(2);
    expect(changed).toEqual(['pz1 down: 3 probes failed']);
    expect(at('pz1').state.snapshot(0)).toMatchObject({ health: 'down', ejection: 'none' });
  });
});

describe('A member is ejected', () => {
  test('after failures in a row, for a time that grows, and then comes back to be judged anew', () => {
    const { clock, changed, fail, at, outliers } = watched(2);
    fail('pz1', 3);
    expect(at('pz1').state.health).toBe('down');
    expect(outliers.snapshot(at('pz1'))).toMatchObject({ failuresInARow: 3, ejections: 1, ejectedFor: 1000 });
    fail('pz1', 9);
    clock.advance(1000);
    expect(outliers.snapshot(at('pz1'))).toMatchObject({ failuresInARow: 0, requests: 0, ejectedFor: 0 });
    fail('pz1', 2);
    expect(at('pz1').state.health).toBe('up');
    fail('pz1');
    expect(changed).toEqual([
      'pz1 down: ejected for 1000 ms: 3 failures in a row',
      'pz1 up: its ejection of 1000 ms is over',
      'pz1 down: ejected for 2000 ms: 3 failures in a row',
    ]);
  });

  test('not after as many that an answer came between', () => {
    const { fail, answer, changed } = watched(2);
    for (let round = 0; round < 3; round += 1) {
      fail('pz1', 2);
      answer('pz1');
    }
    expect(changed).toEqual([]);
  });

  test('by statuses that count as failures, and by no others', () => {
    const { answer, at } = watched(2);
    for (const status of [500, 417, 404]) for (let time = 0; time < 5; time += 1) answer('pz1', 1, status);
    expect(at('pz1').state.health).toBe('up');
    for (let time = 0; time < 3; time += 1) answer('pz1', 1, 503);
    expect(at('pz1').state.health).toBe('down');
  });

  test('by its share of failures', () => {
    const { fail, answer, changed } = watched(2, { consecutiveFailures: 0 });
    for (let time = 0; time < 5; time += 1) {
      answer('pz1');
      fail('pz1');
    }
    expect(changed).toEqual(['pz1 down: ejected for 1000 ms: 5 of 10 requests failed within 10000 ms']);
  });

  test('by answers much slower than those of the others', () => {
    const { clock, answer, changed } = watched(3);
    for (let time = 0; time < 10; time += 1) {
      clock.advance(200);
      answer('pz1', 500);
      answer('pz2', 20);
      answer('pz3', 30);
    }
    clock.advance(1000);
    answer('pz1', 500);
    expect(changed).toEqual([
      'pz1 down: ejected for 1000 ms: answers take 500 ms, those of other members 20 ms',
    ]);
  });

  test('never where its errors are ignored', () => {
    const { fail, changed } = watched(2, {}, { ignoreErrors: true });
    fail('pz1', 99);
    expect(changed).toEqual([]);
  });
});

describe('Of the members', () => {
  test('only the allowed share is ejected at a time', () => {
    const { clock, fail, at } = watched(4);
    for (const route of ['pz1', 'pz2', 'pz3']) fail(route, 3);
    expect(['pz1', 'pz2', 'pz3'].map((route) => at(route).state.health)).toEqual(['down', 'down', 'up']);
    clock.advance(1000);
    fail('pz3');
    expect(at('pz3').state.health).toBe('down');
  });

  test('the last one that takes new sessions stays, whatever it does', () => {
    const { fail, at } = watched(2, { maxEjected: 1 });
    at('pz2').state.setAdministrative('draining', 'test');
    fail('pz1', 9);
    expect(at('pz1').state.health).toBe('up');
  });

  test('never more than that are ejected, and one always takes new sessions, whatever happens', () => {
    const step = fc.record({
      route: fc.constantFrom('pz1', 'pz2', 'pz3', 'pz4', 'pz5'),
      outcome: fc.constantFrom('fail', 'fail', 'answer', 'slow'),
      pause: fc.constantFrom(0, 0, 10, 500, 3000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { clock, cluster, fail, answer, outliers } = watched(5, { minRequests: 2 });
        for (const { route, outcome, pause } of steps) {
          clock.advance(pause);
          if (outcome === 'fail') fail(route, 2);
          else answer(route, outcome === 'slow' ? 5000 : 5);
          const down = cluster.members.filter(({ state }) => state.health === 'down');
          expect(down.length).toBeLessThanOrEqual(2);
          expect(down.every((member) => outliers.snapshot(member).ejectedFor > 0)).toBe(true);
        }
        clock.advance(4000);
        expect(cluster.members.map(({ state }) => state.health)).toEqual(cluster.members.map(() => 'up'));
        expect(clock.running).toBe(0);
      }),
    );
  });

  test('one that is taken out is forgotten, timers included', () => {
    const { clock, cluster, fail, outliers, at } = watched(2);
    const member = at('pz1');
    fail('pz1', 3);
    cluster.remove('pz1');
    expect(clock.running).toBe(0);
    expect(outliers.snapshot(member)).toMatchObject({ ejections: 0 });
  });
});

test('when nobody judges any more ejections end with the reason that is given, or stay', () => {
  const given = watched(2);
  given.fail('pz1', 3);
  given.outliers.stop('other settings');
  given.fail('pz2', 3);
  expect(given.changed.slice(1)).toEqual(['pz1 up: other settings']);
  const closed = watched(2);
  closed.fail('pz1', 3);
  closed.outliers.stop();
  expect(closed.changed).toHaveLength(1);
  expect(closed.clock.running).toBe(0);
});
