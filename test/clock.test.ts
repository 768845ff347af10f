import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { systemClock, systemRandom } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { FakeClock } from './helpers/fake-clock.ts';

/** A clock, and how to let a few of its milliseconds pass. */
type Bench = readonly [name: string, makeClock: () => Clock, pass: (clock: Clock) => Promise<void>];

const SOON = 5;

const clocks: readonly Bench[] = [
  ['the system clock', () => systemClock, () => sleep(4 * SOON)],
  [
    'the clock of the tests',
    () => new FakeClock(),
    (clock) => {
      (clock as FakeClock).advance(4 * SOON);
      return Promise.resolve();
    },
  ],
];

describe.each(clocks)('%s', (_, makeClock, pass) => {
  test('calls back once', async () => {
    const clock = makeClock();
    let calls = 0;
    clock.setTimeout(() => calls++, SOON);
    expect(calls).toBe(0);
    await pass(clock);
    await pass(clock);
    expect(calls).toBe(1);
  });

  test('calls nobody back who cancelled, not even after a refresh', async () => {
    const clock = makeClock();
    let calls = 0;
    const timer = clock.setTimeout(() => calls++, SOON);
    timer.cancel();
    timer.refresh();
    await pass(clock);
    expect(calls).toBe(0);
  });

  test('does not start a timer anew that has fired', async () => {
    const clock = makeClock();
    let calls = 0;
    const timer = clock.setTimeout(() => calls++, SOON);
    await pass(clock);
    timer.refresh();
    await pass(clock);
    timer.cancel();
    expect(calls).toBe(1);
  });

  test('measures time that does not go back', async () => {
    const clock = makeClock();
    const [now, before] = [clock.now(), clock.monotonic()];
    await pass(clock);
    expect(clock.monotonic()).toBeGreaterThan(before);
    expect(now).toBeGreaterThan(Date.UTC(2020, 0));
  });
});

test('a refreshed timer starts its delay anew', () => {
  const clock = new FakeClock();
  let calls = 0;
  const timer = clock.setTimeout(() => calls++, 10);
  clock.advance(9);
  timer.refresh();
  clock.advance(9);
  expect(calls).toBe(0);
  clock.advance(1);
  expect(calls).toBe(1);
});

test("the system's chance is from 0 to below 1", () => {
  for (let draw = 0; draw < 1000; draw++) {
    const number = systemRandom.next();
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(1);
  }
});

test('the system clock calls back outside of the request that first waited as long', async () => {
  const request = new AsyncLocalStorage<string>();
  const seen = await request.run(
    'of one request',
    () =>
      new Promise((resolve) =>
        systemClock.setTimeout(() => resolve(request.getStore() ?? 'nobody'), SOON + 1),
      ),
  );
  expect(seen).toBe('nobody');
});
