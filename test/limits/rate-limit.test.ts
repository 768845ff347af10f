import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RateLimit } from '../../lib/limits/rate-limit.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

/** A token bucket as in textbooks. It counts thousandths of tokens, so that each millisecond adds a whole number of them. */
class NaiveBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#capacity = burst * 1000;
    this.#tokens = this.#capacity;
  }

  pass(milliseconds: number): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + milliseconds * this.#perSecond);
  }

  take(): number {
    if (this.#tokens < 1000) return Math.ceil((1000 - this.#tokens) / this.#perSecond);
    this.#tokens -= 1000;
    return 0;
  }
}

const rates = fc.record({
  perSecond: fc.integer({ min: 1, max: 3000 }),
  burst: fc.integer({ min: 1, max: 40 }),
});

/** Requests one after the other: who sends it, and the pause before. */
const requests = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3000 })),
  }),
  { maxLength: 200 },
);

function rateLimit(perSecond: number, burst: number, maxKeys = 100) {
  const clock = new FakeClock(0);
  return { clock, limit: new RateLimit({ perSecond, burst }, clock, maxKeys) };
}

describe('a rate limit', () => {
  test('decides as a token bucket for each key, with the same time to wait', () => {
    fc.assert(
      fc.property(rates, requests, ({ perSecond, burst }, sent) => {
        const { clock, limit } = rateLimit(perSecond, burst);
        const buckets = new Map(['a', 'b', 'c'].map((key) => [key, new NaiveBucket(perSecond, burst)]));
        for (const { key, pause } of sent) {
          clock.advance(pause);
          for (const bucket of buckets.values()) bucket.pass(pause);
          expect(limit.take(key)).toEqual(buckets.get(key)?.take());
        }
      }),
    );
  });

  test('allows the next request exactly when it said', () => {
    const { clock, limit } = rateLimit(3, 1);
    expect(limit.take('a')).toBe(0);
    expect(limit.take('a')).toBe(334);
    clock.advance(333);
    expect(limit.take('a')).toBe(1);
    clock.advance(1);
    expect(limit.take('a')).toBe(0);
  });

  test('takes nothing for a request that it refuses', () => {
    const { clock, limit } = rateLimit(1, 1);
    limit.take('a');
    for (let count = 0; count < 1000; count++) limit.take('a');
    clock.advance(1000);
    expect(limit.take('a')).toBe(0);
  });

  test('forgets whoever asked longest ago when there are too many to remember', () => {
    const { limit } = rateLimit(1, 1, 2);
    limit.take('a');
    limit.take('b');
    limit.take('a');
    limit.take('c');
    expect(['a', 'c', 'b'].map((key) => limit.take(key))).toEqual([1000, 1000, 0]);
  });

  test('takes a rate below one a second', () => {
    const { clock, limit } = rateLimit(0.01, 1);
    limit.take('a');
    expect(limit.take('a')).toBe(100_000);
    clock.advance(100_000);
    expect(limit.take('a')).toBe(0);
  });
});
