import { expect, test } from '@jest/globals';
import { Ejection } from '../../lib/health/ejection.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

function begun() {
  const clock = new FakeClock(0);
  const ejection = new Ejection({ ejectionTime: 100, maxEjectionTime: 350 }, clock);
  const eject = (): number => {
    const duration = ejection.begin(clock.monotonic(), () => undefined);
    clock.advance(duration);
    return duration;
  };
  return { clock, ejection, eject };
}

test('each ejection lasts twice as long as the one before, up to the longest', () => {
  const { eject } = begun();
  expect([eject(), eject(), eject(), eject()]).toEqual([100, 200, 350, 350]);
});

test('after a time as long as the longest without one they begin anew', () => {
  const { clock, eject } = begun();
  eject();
  clock.advance(350);
  expect(eject()).toBe(200);
  clock.advance(351);
  expect(eject()).toBe(100);
});

test('one says when it is over, unless it is cancelled', () => {
  const { clock, ejection } = begun();
  const ended: string[] = [];
  ejection.begin(0, () => ended.push('first'));
  clock.advance(40);
  expect([ejection.isOn, ejection.remaining(40)]).toEqual([true, 60]);
  clock.advance(60);
  expect([ejection.isOn, ejection.remaining(100), ended]).toEqual([false, 0, ['first']]);
  ejection.begin(100, () => ended.push('second'));
  ejection.cancel();
  clock.advance(1000);
  expect([ejection.isOn, ended, clock.running]).toEqual([false, ['first'], 0]);
});
