/** Sums over the latest time. */
export interface WindowSums {
  readonly requests: number;
  readonly failures: number;
  /** Answers whose latency was measured. */
  readonly measured: number;
  /** Milliseconds, of these together. */
  readonly latency: number;
}

type Bucket = { -readonly [Name in keyof WindowSums]: number } & { period: number };

/** More buckets forget more evenly; each costs a few bytes a member. */
const BUCKETS = 10;

/** Counts what became of requests over the latest `length` milliseconds, to a tenth of them. Every call takes constant time. */
export class OutcomeWindow {
  readonly #width: number;
  readonly #buckets: Bucket[] = Array.from({ length: BUCKETS }, () => emptyBucket(-1));

  constructor(length: number) {
    this.#width = length / BUCKETS;
  }

  /** @param latency milliseconds, undefined where it says nothing */
  answered(latency: number | undefined, now: number): void {
    const bucket = this.#bucketAt(now);
    bucket.requests += 1;
    if (latency === undefined) return;
    bucket.measured += 1;
    bucket.latency += latency;
  }

  failed(now: number): void {
    const bucket = this.#bucketAt(now);
    bucket.requests += 1;
    bucket.failures += 1;
  }

  sums(now: number): WindowSums {
    const oldest = Math.floor(now / this.#width) - BUCKETS + 1;
    const sums = { requests: 0, failures: 0, measured: 0, latency: 0 };
    for (const bucket of this.#buckets) {
      if (bucket.period < oldest) continue;
      sums.requests += bucket.requests;
      sums.failures += bucket.failures;
      sums.measured += bucket.measured;
      sums.latency += bucket.latency;
    }
    return sums;
  }

  #bucketAt(now: number): Bucket {
    const period = Math.floor(now / this.#width);
    const index = period % BUCKETS;
    const known = this.#buckets[index];
    if (known?.period === period) return known;
    const bucket = emptyBucket(period);
    this.#buckets[index] = bucket;
    return bucket;
  }
}

function emptyBucket(period: number): Bucket {
  return { period, requests: 0, failures: 0, measured: 0, latency: 0 };
}
