import type { Clock } from '../clock.ts';

/** The latest ten seconds are looked at, in parts of one second. */
const SECONDS = 10;
/** So many retries a second are always allowed: a share of little is nothing. */
const ALWAYS_PER_SECOND = 10;

interface Second {
  at: number;
  requests: number;
  retries: number;
}

/**
 * Keeps retries from multiplying an outage: over the latest ten seconds there are no more of them than a share of the requests, or ten a second, whichever is
 * more. Constant time for each call.
 */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #seconds: Second[] = Array.from({ length: SECONDS }, () => ({ at: -1, requests: 0, retries: 0 }));

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  countRequest(): void {
    this.#now().requests += 1;
  }

  countRetry(): void {
    this.#now().retries += 1;
  }

  /** @param share of requests: 0 to 1 */
  allows(share: number): boolean {
    const oldest = this.#now().at - SECONDS + 1;
    let requests = 0;
    let retries = 0;
    for (const second of this.#seconds) {
      if (second.at < oldest) continue;
      requests += second.requests;
      retries += second.retries;
    }
    return retries < Math.max(share * requests, ALWAYS_PER_SECOND * SECONDS);
  }

  #now(): Second {
    const at = Math.floor(this.#clock.monotonic() / 1000);
    const index = at % SECONDS;
    const known = this.#seconds[index];
    if (known?.at === at) return known;
    const second = { at, requests: 0, retries: 0 };
    this.#seconds[index] = second;
    return second;
  }
}
