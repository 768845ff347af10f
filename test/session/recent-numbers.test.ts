import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecentNumbers } from '../../lib/session/recent-numbers.ts';

const DAY = 86_400_000;

/** Keeps everything that ever happened and looks through all of it. */
class NaiveNumbers {
  readonly #given: { number: string; at: number; repeated: boolean }[] = [];

  record(number: string, now: number): 'new' | 'repeated' {
    const recent = this.#given.some((one) => one.number === number && now - one.at <= 2_000);
    const repeated = recent || this.isWithdrawn(number, now);
    this.#given.push({ number, at: now, repeated });
    return repeated ? 'repeated' : 'new';
  }

  isWithdrawn(number: string, now: number): boolean {
    return this.#given.some((one) => one.number === number && one.repeated && now - one.at <= DAY);
  }
}

describe('RecentNumbers', () => {
  test('takes a number for repeated within two seconds, and for new after them', () => {
    const numbers = new RecentNumbers();
    expect(numbers.record('1', 0)).toBe('new');
    expect(numbers.record('2', 0)).toBe('new');
    expect(numbers.record('1', 2_000)).toBe('repeated');
    expect(numbers.record('2', 2_001)).toBe('new');
  });

  test('withdraws a repeated number from who got it first', () => {
    const numbers = new RecentNumbers();
    numbers.record('1', 0);
    expect(numbers.isWithdrawn('1', 1)).toBe(false);
    numbers.record('1', 1);
    expect(numbers.isWithdrawn('1', 1)).toBe(true);
    expect(numbers.isWithdrawn('2', 1)).toBe(false);
  });

  test('hands a withdrawn number out to nobody for a day', () => {
    const numbers = new RecentNumbers();
    numbers.record('1', 0);
    numbers.record('1', 0);
    expect(numbers.record('1', DAY)).toBe('repeated');
    expect(numbers.isWithdrawn('1', 2 * DAY)).toBe(true);
    expect(numbers.isWithdrawn('1', 2 * DAY + 1)).toBe(false);
    expect(numbers.record('1', 2 * DAY + 1)).toBe('new');
  });

  test('remembers 10,000 withdrawn numbers and forgets the oldest beyond', () => {
    const numbers = new RecentNumbers();
    for (let number = 0; number <= 10_000; number += 1) {
      numbers.record(String(number), number);
      numbers.record(String(number), number);
    }
    expect(numbers.isWithdrawn('0', 10_000)).toBe(false);
    expect(numbers.isWithdrawn('1', 10_000)).toBe(true);
    expect(numbers.isWithdrawn('10000', 10_000)).toBe(true);
  });

  test('answers as a naive model does', () => {
    const step = fc.record({
      number: fc.constantFrom('0', '1', '2', '3'),
      pause: fc.constantFrom(0, 1, 1_000, 1_999, 2_000, 2_001, DAY / 2, DAY, DAY + 1),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const numbers = new RecentNumbers();
        const model = new NaiveNumbers();
        let now = 0;
        for (const { number, pause } of steps) {
          now += pause;
          expect(numbers.isWithdrawn(number, now)).toBe(model.isWithdrawn(number, now));
          expect(numbers.record(number, now)).toBe(model.record(number, now));
        }
      }),
    );
  });
});
