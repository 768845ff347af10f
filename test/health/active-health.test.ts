import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import { ActiveHealth } from '../../lib/health/active-health.ts';
import { HealthVerdicts } from '../../lib/health/health-verdicts.ts';
import type { ProbeResult } from '../../lib/health/probe.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';
import { PlayedVisits } from '../helpers/played-visits.ts';

const PASSED: ProbeResult = { ok: true };
const REFUSED: ProbeResult = { ok: false, reason: 'connection refused' };
const SETTINGS = {
  interval: 5000,
  fastInterval: 1000,
  jitter: 0,
  timeout: 2000,
  passes: 2,
  fails: 3,
  maxConcurrent: 10,
};

/** Members whose probes the test answers. */
class Scene {
  readonly clock = new FakeClock(0);
  readonly probes = new PlayedVisits<ProbeResult>();
  readonly changes: string[] = [];
  readonly cluster: Cluster;
  readonly health: ActiveHealth;

  constructor(members = 1) {
    const routes = Array.from({ length: members }, (_, index) => `pz${index + 1}`);
    this.cluster = new Cluster(
      'c',
      routes.map((route) => memberSettings(route)),
    );
    this.cluster.onMemberState((member, { axis, to, reason }) =>
      this.changes.push(`${member.route} ${axis} ${to}: ${reason}`),
    );
    this.health = new ActiveHealth({
      cluster: this.cluster,
      probe: this.probes.visit,
      settings: SETTINGS,
      verdicts: new HealthVerdicts(),
      clock: this.clock,
      random: { next: () => 0.5 },
    });
    void this.health.start();
  }

  get first(): Member {
    return this.cluster.members[0] as Member;
  }

  /** Ends the probe under way, and waits for the next. @returns how long that took */
  next(result: ProbeResult): number {
    this.probes.answer(result);
    const since = this.clock.monotonic();
    while (this.probes.pending.length === 0) this.clock.advance(100);
    return this.clock.monotonic() - since;
  }
}

describe('Probes', () => {
  test('that pass leave a member as it is, at the slow pace', () => {
    const scene = new Scene();
    expect([scene.next(PASSED), scene.next(PASSED), scene.next(PASSED)]).toEqual([5000, 5000, 5000]);
    expect(scene.changes).toEqual([]);
  });

  test('that fail come faster, and enough in a row make it down, with the reason', () => {
    const scene = new Scene();
    scene.next(PASSED);
    expect([scene.next(REFUSED), scene.next(REFUSED)]).toEqual([1000, 1000]);
    expect(scene.changes).toEqual([]);
    expect(scene.next(REFUSED)).toBe(1000);
    expect(scene.changes).toEqual(['pz1 health down: 3 probes in a row failed: connection refused']);
  });

  test('that pass again bring it up after enough of them, and only then slow down', () => {
    const scene = new Scene();
    scene.next(REFUSED);
    expect(scene.changes).toEqual(['pz1 health down: a probe failed: connection refused']);
    expect(scene.next(PASSED)).toBe(1000);
    expect(scene.next(REFUSED)).toBe(1000);
    expect(scene.next(PASSED)).toBe(1000);
    expect(scene.next(PASSED)).toBe(5000);
    expect(scene.changes.slice(1)).toEqual(['pz1 health up: 2 probes in a row passed']);
  });

  test('that fail for another reason than before say so', () => {
    const scene = new Scene();
    scene.next(REFUSED);
    scene.next({ ok: false, reason: 'answered with status 500' });
    expect(scene.first.state.snapshot(0).reasons.health).toBe(
      '2 probes in a row failed: answered with status 500',
    );
    scene.next(PASSED);
    expect(scene.first.state.snapshot(0).reasons.health).toContain('status 500');
    expect(scene.changes).toHaveLength(1);
  });

  test('that take too long have failed, and are called off', () => {
    const scene = new Scene();
    scene.clock.advance(1999);
    expect(scene.changes).toEqual([]);
    scene.clock.advance(1);
    expect(scene.probes.cancelled).toEqual(['pz1']);
    expect(scene.changes).toEqual(['pz1 health down: a probe failed: no answer within 2000 ms']);
    scene.clock.advance(1000);
    expect(scene.probes.pending).toEqual(['pz1']);
  });

  test('of a member that was stopped begin anew: the first one decides alone', () => {
    const scene = new Scene();
    scene.next(REFUSED);
    scene.first.state.setAdministrative('stopped', 'test');
    scene.first.state.setAdministrative('enabled', 'test');
    scene.next(PASSED);
    expect(scene.first.state.health).toBe('up');
  });

  test('change nothing but the health', () => {
    const scene = new Scene();
    scene.first.state.failed(0, 100_000);
    scene.next(REFUSED);
    scene.next(PASSED);
    scene.next(PASSED);
    expect(scene.first.state.snapshot(scene.clock.monotonic())).toMatchObject({
      administrative: 'enabled',
      health: 'up',
      freshness: 'in',
    });
    expect(scene.first.state.isResting(scene.clock.monotonic())).toBe(true);
  });

  test('are told: what the latest found, how many alike, how long it took, and when', () => {
    const scene = new Scene();
    expect(scene.health.latest(scene.first)).toBeUndefined();
    scene.clock.advance(30);
    scene.next(PASSED);
    const passed = { passed: true, reason: '', inARow: 1, duration: 30, ago: 5000 };
    expect(scene.health.latest(scene.first)).toEqual(passed);
    scene.probes.answer(REFUSED);
    const failed = { passed: false, reason: 'connection refused', inARow: 1, duration: 0, ago: 0 };
    expect(scene.health.latest(scene.first)).toEqual(failed);
  });

  test('say nothing any more once they are stopped', () => {
    const scene = new Scene();
    scene.health.stop();
    scene.probes.answer(REFUSED);
    scene.clock.advance(60_000);
    expect([scene.changes, scene.probes.pending, scene.clock.running]).toEqual([[], [], 0]);
  });
});
