import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

/** A token bucket: so many a second in the long run, and so many at once. */
export interface Rate {
  /** Requests a second. */
  readonly perSecond: number;
  /** Requests at once after a pause, at least 1. */
  readonly burst: number;
}

interface Bucket {
  /** When it will be full again. */
  fullAt: number;
}

/**
 * A token bucket for each key (an address, a session). A bucket is one number, the moment at which it will be full again, which is the
 * generic cell rate algorithm (ITU-T I.371). Keys that were not seen for the longest time are forgotten first.
 */
export class RateLimit {
  readonly rate: Rate;
  readonly #clock: Clock;
  readonly #buckets: LRUCache<string, Bucket>;
  /** Milliseconds that one request takes from a bucket, and that a bucket holds. */
  readonly #cost: number;
  readonly #capacity: number;

  constructor(rate: Rate, clock: Clock, maxKeys: number) {
    this.rate = rate;
    this.#clock = clock;
    this.#cost = 1000 / rate.perSecond;
    this.#capacity = this.#cost * rate.burst;
    this.#buckets = new LRUCache({ max: maxKeys });
  }

  /**
   * Takes one request from the bucket of a key, if there is one in it.
   *
   * @returns 0 when it was taken, else the milliseconds until one is there
   */
  take(key: string): number {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key);
    const after = Math.max(now, bucket?.fullAt ?? 0) + this.#cost;
    // A sum of many costs may miss the capacity by a hair.
    const lacking = after - now - this.#capacity - this.#cost * 1e-6;
    if (lacking > 0) return Math.ceil(lacking);
    if (bucket === undefined) this.#buckets.set(key, { fullAt: after });
    else bucket.fullAt = after;
    return 0;
  }
}
