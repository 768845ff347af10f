import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import { FiguresWatch, type Figures } from '../../lib/health/figures-watch.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';
import { PlayedVisits } from '../helpers/played-visits.ts';

function start() {
  const clock = new FakeClock(0);
  const asked = new PlayedVisits<Figures | undefined>();
  const cluster = new Cluster('c', [memberSettings('pz1')]);
  const watch = new FiguresWatch({
    cluster,
    read: asked.visit,
    settings: { interval: 30_000, jitter: 0, timeout: 2000, maxConcurrent: 2 },
    clock,
    random: { next: () => 0.5 },
  });
  watch.start();
  return { clock, asked, watch, member: cluster.members[0] as Member };
}

describe("A server's own figures", () => {
  test('are kept with their age', () => {
    const { clock, asked, watch, member } = start();
    expect(watch.latest(member)).toBeUndefined();
    asked.answer({ sessions: 6, clients: 18 });
    clock.advance(100);
    expect(watch.latest(member)).toEqual({ sessions: 6, clients: 18, ago: 100 });
  });

  test('are asked for at their own pace, and the last ones stay when none come', () => {
    const { clock, asked, watch, member } = start();
    asked.answer({ sessions: 6, clients: 18 });
    clock.advance(29_999);
    expect(asked.pending).toEqual([]);
    clock.advance(1);
    asked.answer(undefined);
    clock.advance(30_000);
    clock.advance(2000);
    expect(asked.cancelled).toEqual(['pz1']);
    expect(watch.latest(member)).toEqual({ sessions: 6, clients: 18, ago: 62_000 });
    clock.advance(30_000);
    expect(asked.pending).toEqual(['pz1']);
    watch.stop();
    expect(clock.running).toBe(0);
  });
});
