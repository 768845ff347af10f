import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Timer } from '../../lib/clock.ts';
import { TimerQueues } from '../../lib/timers/timer-queues.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

/** Queues on a clock of the test's own, whose wake-ups are counted. */
function timerQueues() {
  const clock = new FakeClock(0);
  let wakeUps = 0;
  const wake = (callback: () => void, delay: number): void => {
    wakeUps += 1;
    clock.setTimeout(callback, delay);
  };
  const queues = new TimerQueues({ monotonic: () => clock.monotonic(), wake });
  return { clock, queues, wakeUps: () => wakeUps };
}

type Step = { readonly name: number; readonly pass: number } & (
  | { readonly do: 'start'; readonly delay: number }
  | { readonly do: 'cancel' | 'refresh' }
);

const names = fc.integer({ min: 0, max: 5 });
const passes = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('start' as const),
      name: names,
      pass: passes,
      delay: fc.constantFrom(1, 5, 20, 50),
    }),
    fc.record({ do: fc.constantFrom('cancel' as const, 'refresh' as const), name: names, pass: passes }),
  ),
  { maxLength: 60 },
);

describe('timers in queues', () => {
  test('fire when timers of their own would, whatever is cancelled and refreshed in between', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { clock, queues } = timerQueues();
        const [queued, own] = [new Set<string>(), new Set<string>()];
        const running = new Map<number, readonly [Timer, Timer]>();
        for (const [index, step] of sequence.entries()) {
          if (step.do === 'start') {
            const heard = (by: Set<string>) => () => void by.add(`${index} at ${clock.monotonic()}`);
            const timers = [
              queues.start(heard(queued), step.delay),
              clock.setTimeout(heard(own), step.delay),
            ] as const;
            running.set(step.name, timers);
          } else {
            for (const timer of running.get(step.name) ?? []) timer[step.do]();
          }
          for (let passed = 0; passed < step.pass; passed++) clock.advance(1);
        }
        for (let passed = 0; passed < 60; passed++) clock.advance(1);
        expect(queued).toEqual(own);
      }),
    );
  });

  test('of one delay share a wake-up, however many are started and cancelled', () => {
    const { clock, queues, wakeUps } = timerQueues();
    for (let request = 0; request < 1000; request++) queues.start(() => undefined, 100).cancel();
    expect(wakeUps()).toBe(1);
    expect(queues.size).toBe(1);
    clock.advance(100);
    expect(queues.size).toBe(0);
  });

  test('fire in the order of their start', () => {
    const { clock, queues } = timerQueues();
    const fired: string[] = [];
    const first = queues.start(() => fired.push('first'), 10);
    queues.start(() => fired.push('second'), 10);
    first.refresh();
    clock.advance(10);
    expect(fired).toEqual(['second', 'first']);
  });

  test('go on after one that throws', () => {
    const { clock, queues } = timerQueues();
    let fired = 0;
    queues.start(() => {
      throw new Error('of the callback');
    }, 10);
    queues.start(() => fired++, 10);
    expect(() => clock.advance(10)).toThrow('of the callback');
    clock.advance(1);
    expect(fired).toBe(1);
  });

  test('may be started and cancelled by one that fires', () => {
    const { clock, queues } = timerQueues();
    const fired: string[] = [];
    queues.start(() => {
      fired.push('first');
      second.cancel();
      queues.start(() => fired.push('third'), 10);
    }, 10);
    const second = queues.start(() => fired.push('second'), 10);
    clock.advance(10);
    expect(fired).toEqual(['first']);
    clock.advance(10);
    expect(fired).toEqual(['first', 'third']);
  });

  test.each([0, 0.2, -5])('with a delay of %s do not fire at once', (delay) => {
    const { clock, queues } = timerQueues();
    let fired = 0;
    queues.start(() => fired++, delay);
    expect(fired).toBe(0);
    clock.advance(1);
    expect(fired).toBe(1);
  });
});
