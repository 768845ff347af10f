import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import { MemberRounds, type RoundsOptions } from '../../lib/health/member-rounds.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';
import { PlayedVisits } from '../helpers/played-visits.ts';

/** Members pz1, pz2, … whose visits the test ends, each with the pause until the next. */
class Scene {
  readonly clock = new FakeClock(0);
  readonly visits = new PlayedVisits<number>();
  readonly cluster: Cluster;
  readonly rounds: MemberRounds;
  /** True after the first round. */
  complete = false;

  constructor(members: number, options: Partial<RoundsOptions> = {}) {
    const routes = Array.from({ length: members }, (_, index) => `pz${index + 1}`);
    this.cluster = new Cluster(
      'c',
      routes.map((route) => memberSettings(route)),
    );
    this.rounds = new MemberRounds(this.cluster, (member) => (done) => this.visits.visit(member, done), {
      clock: this.clock,
      random: { next: () => 0.5 },
      jitter: 0,
      maxConcurrent: 10,
      ...options,
    });
  }

  async start(): Promise<void> {
    void this.rounds.start().then(() => (this.complete = true));
    await Promise.resolve();
  }
}

/** Lets promises that are settled be heard. */
function heard(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe('MemberRounds', () => {
  test('visit every member at once, and again after the pause that its visit asked for', async () => {
    const { rounds, visits, clock, ...scene } = new Scene(2);
    void scene;
    void rounds.start();
    expect(visits.pending).toEqual(['pz1', 'pz2']);
    visits.answer(1000, 'pz1');
    visits.answer(500, 'pz2');
    clock.advance(499);
    expect(visits.pending).toEqual([]);
    clock.advance(1);
    expect(visits.pending).toEqual(['pz2']);
    clock.advance(500);
    expect(visits.pending).toEqual(['pz2', 'pz1']);
  });

  test('make pauses longer or shorter by chance, by no more than the jitter', () => {
    const chances = [0, 0.999_999, 0.5];
    const { rounds, visits, clock } = new Scene(3, {
      jitter: 0.2,
      random: { next: () => chances.shift() ?? 0 },
    });
    void rounds.start();
    visits.answer(1000);
    clock.advance(799);
    expect(visits.pending).toEqual([]);
    clock.advance(1);
    expect(visits.pending).toEqual(['pz1']);
    clock.advance(200);
    expect(visits.pending).toEqual(['pz1', 'pz3']);
    clock.advance(200);
    expect(visits.pending).toEqual(['pz1', 'pz3', 'pz2']);
  });

  test('visit only so many at a time', () => {
    const { rounds, visits } = new Scene(3, { maxConcurrent: 2 });
    void rounds.start();
    expect(visits.pending).toEqual(['pz1', 'pz2']);
    visits.answer(1000, 'pz2');
    expect(visits.pending).toEqual(['pz1', 'pz3']);
  });

  test('say when the first round is complete', async () => {
    const scene = new Scene(2, { maxConcurrent: 1 });
    await scene.start();
    scene.visits.answer(1000);
    await heard();
    expect(scene.complete).toBe(false);
    scene.visits.answer(1000);
    await heard();
    expect(scene.complete).toBe(true);
  });

  test('have a complete first round where nobody is, and where who is missing leaves or is stopped', async () => {
    const empty = new Scene(0);
    await empty.start();
    await heard();
    expect(empty.complete).toBe(true);
    const scene = new Scene(2);
    await scene.start();
    scene.cluster.remove('pz1');
    scene.cluster.byRoute('pz2')?.state.setAdministrative('stopped', '');
    await heard();
    expect(scene.complete).toBe(true);
  });

  test('visit who joins, and who takes the place of another', () => {
    const { rounds, visits, cluster } = new Scene(1);
    void rounds.start();
    cluster.add(memberSettings('pz2'));
    expect(visits.pending).toEqual(['pz1', 'pz2']);
    cluster.replace(memberSettings('pz1', { url: 'http://other.example' }));
    expect(visits.pending).toEqual(['pz2', 'pz1']);
    expect(visits.cancelled).toEqual(['pz1']);
  });

  test('leave alone who was taken out: no visit is under way, none comes', () => {
    const { rounds, visits, cluster, clock } = new Scene(2);
    void rounds.start();
    visits.answer(1000, 'pz1');
    cluster.remove('pz1');
    cluster.remove('pz2');
    clock.advance(10_000);
    expect(visits.pending).toEqual([]);
    expect(clock.running).toBe(0);
  });

  test('visit disabled and draining members, but no stopped ones until they run again', () => {
    const { rounds, visits, cluster } = new Scene(1);
    const state = cluster.members[0]?.state;
    state?.setAdministrative('stopped', '');
    void rounds.start();
    expect(visits.begun).toEqual([]);
    state?.setAdministrative('disabled', '');
    expect(visits.pending).toEqual(['pz1']);
    state?.setAdministrative('draining', '');
    expect(visits.begun).toEqual(['pz1']);
    state?.setAdministrative('stopped', '');
    expect(visits.pending).toEqual([]);
  });

  test('give the slot of a visit that was called off to the next', () => {
    const { rounds, visits, cluster } = new Scene(3, { maxConcurrent: 1 });
    void rounds.start();
    cluster.remove('pz2');
    cluster.remove('pz1');
    expect(visits.pending).toEqual(['pz3']);
  });

  test('end when they are stopped, whatever is under way', async () => {
    const scene = new Scene(3, { maxConcurrent: 1 });
    await scene.start();
    scene.visits.answer(1000);
    scene.rounds.stop();
    scene.cluster.add(memberSettings('pz4'));
    scene.clock.advance(10_000);
    await heard();
    expect(scene.visits.pending).toEqual([]);
    expect(scene.clock.running).toBe(0);
    expect(scene.complete).toBe(true);
  });
});
