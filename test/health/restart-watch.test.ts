import { describe, expect, test } from '@jest/globals';
import { Member } from '../../lib/cluster/member.ts';
import { RestartWatch } from '../../lib/health/restart-watch.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';

function start() {
  const clock = new FakeClock(100_000);
  const watch = new RestartWatch(clock);
  const member = new Member(memberSettings('pz1'));
  const lose = (...sessions: [number: string, servedSince: number][]) =>
    sessions.map(([number, servedSince]) => watch.lost(member, number, servedSince));
  return { clock, watch, member, lose };
}

describe('A restart', () => {
  test('is three lost sessions in a row, and everything served before the youngest of them is gone', () => {
    const { clock, watch, member, lose } = start();
    expect(lose(['1', 10], ['2', 30], ['3', 20])).toEqual([
      undefined,
      undefined,
      { servedUntil: 30, lost: 3 },
    ]);
    clock.advance(500);
    expect(watch.snapshot(member)).toEqual({ restarts: 1, restartedAgo: 500 });
  });

  test('is not the same session three times', () => {
    expect(start().lose(['1', 10], ['1', 10], ['1', 10])).toEqual([undefined, undefined, undefined]);
  });

  test('is not where a session as old was served in between, for that one would be lost as well', () => {
    const { watch, member, lose } = start();
    lose(['1', 10], ['2', 30]);
    watch.served(member, 30);
    expect(lose(['3', 20], ['4', 20])).toEqual([undefined, undefined]);
    expect(watch.snapshot(member)).toEqual({ restarts: 0, restartedAgo: undefined });
  });

  test('is also where younger sessions are served: they may have begun after it', () => {
    const { watch, member, lose } = start();
    lose(['1', 10], ['2', 30]);
    watch.served(member, 31);
    expect(lose(['3', 20])).toEqual([{ servedUntil: 30, lost: 3 }]);
  });

  test('is not three sessions that end within a long time', () => {
    const { clock, lose } = start();
    lose(['1', 10]);
    clock.advance(6000);
    lose(['2', 10]);
    clock.advance(6000);
    expect(lose(['3', 10], ['4', 10])).toEqual([undefined, undefined]);
  });

  test('is one, however many more sessions of before it are found lost', () => {
    const { watch, member, lose } = start();
    lose(['1', 10], ['2', 10], ['3', 10]);
    lose(['4', 50], ['5', 60], ['6', 70], ['7', 80]);
    expect(watch.snapshot(member).restarts).toBe(1);
  });

  test('can happen again, which sessions tell that began after the one before', () => {
    const { clock, watch, member, lose } = start();
    lose(['1', 10], ['2', 10], ['3', 10]);
    clock.advance(1000);
    const young = clock.monotonic();
    expect(lose(['4', young], ['5', young], ['6', young]).at(-1)).toEqual({ servedUntil: young, lost: 3 });
    expect(watch.snapshot(member).restarts).toBe(2);
  });
});
