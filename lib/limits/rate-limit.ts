import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

/** A token bucket: so many a second in the long run, and so many at once. */
export interface Rate {
  /** Requests a second. */
  readonly perSecond: number;
  /** Requests at once after a pause, at least 1. */
  readonly burst: number;
}

/** What a bucket answers. */
export interface RateDecision {
  readonly allowed: boolean;
  /** Requests that would be allowed at once after this one. */
  readonly remaining: number;
  /** Milliseconds until one more is allowed; 0 for now. */
  readonly retryAfter: number;
}

/**
 * A token bucket for each key (an address, a session). A bucket is one number: the moment at which it will be full again, which is the
 * generic cell rate algorithm (ITU-T I.371). Keys that were not seen for the longest time are forgotten first.
 */
export class RateLimit {
  readonly rate: Rate;
  readonly #clock: Clock;
  readonly #fullAt: LRUCache<string, number>;
  /** Milliseconds that one request takes from a bucket, and that a bucket holds. */
  readonly #cost: number;
  readonly #capacity: number;

  constructor(rate: Rate, clock: Clock, maxKeys: number) {
    this.rate = rate;
    this.#clock = clock;
    this.#cost = 1000 / rate.perSecond;
    this.#capacity = this.#cost * rate.burst;
    this.#fullAt = new LRUCache({ max: maxKeys });
  }

  /** Takes one request from the bucket of a key, if there is one in it. */
  take(key: string): RateDecision {
    const now = this.#clock.monotonic();
    const before = Math.max(now, this.#fullAt.get(key) ?? 0);
    const after = before + this.#cost;
    // A sum of many costs may miss the capacity by a hair.
    const lacking = after - now - this.#capacity - this.#cost * 1e-6;
    if (lacking > 0) return { allowed: false, remaining: 0, retryAfter: Math.ceil(lacking) };
    this.#fullAt.set(key, after);
    return {
      allowed: true,
      remaining: Math.max(0, Math.floor((this.#capacity - (after - now)) / this.#cost + 1e-6)),
      retryAfter: 0,
    };
  }
}
