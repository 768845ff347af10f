import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InitRate } from '../../lib/cluster/init-rate.ts';

/** Keeps every time and counts anew at every question. */
class NaiveRate {
  readonly times: number[] = [];
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  admits(now: number): boolean {
    return this.times.filter((time) => now - time < 1_000).length < this.limit;
  }

  nextAt(now: number): number {
    let wait = 0;
    while (!this.admits(now + wait)) wait += 1;
    return wait;
  }
}

describe('InitRate', () => {
  test('admits as many as its limit, then one whenever one is a second old', () => {
    const rate = new InitRate(2);
    rate.take(5_000);
    rate.take(5_400);
    expect(rate.admits(5_999)).toBe(false);
    expect(rate.nextAt(5_400)).toBe(600);
    expect(rate.admits(6_000)).toBe(true);
    rate.take(6_000);
    expect(rate.nextAt(6_000)).toBe(400);
  });

  test('names whole milliseconds that are enough to wait', () => {
    const rate = new InitRate(1);
    rate.take(0.3);
    expect(rate.nextAt(0.9)).toBe(1_000);
    expect(rate.admits(0.9 + 1_000)).toBe(true);
  });

  test('never admits more than its limit within any second', () => {
    const pauses = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 20, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), pauses, (limit, steps) => {
        const rate = new InitRate(limit);
        const taken: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          if (!rate.admits(now)) continue;
          rate.take(now);
          taken.push(now);
        }
        for (let index = limit; index < taken.length; index += 1) {
          expect((taken[index] ?? 0) - (taken[index - limit] ?? 0)).toBeGreaterThanOrEqual(1_000);
        }
      }),
    );
  });

  test('answers as a naive model does, also when the limit is changed', () => {
    const step = fc.record({
      pause: fc.constantFrom(0, 1, 10, 100, 499, 999, 1_000, 1_001),
      limit: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 10 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const rate = new InitRate(3);
        const model = new NaiveRate(3);
        let now = 0;
        for (const { pause, limit } of steps) {
          now += pause;
          rate.limit = limit ?? rate.limit;
          model.limit = rate.limit;
          expect(rate.nextAt(now)).toBe(model.nextAt(now));
          expect(rate.admits(now)).toBe(model.admits(now));
          if (!rate.admits(now)) continue;
          rate.take(now);
          model.times.push(now);
        }
      }),
    );
  });

  test.each([0, -1, 1.5, NaN, Infinity])('refuses %p as a limit', (limit) => {
    expect(() => new InitRate(limit)).toThrow(RangeError);
    const rate = new InitRate(1);
    expect(() => {
      rate.limit = limit;
    }).toThrow(RangeError);
  });
});
