import { PeakEwma } from './peak-ewma.ts';

/** Old latencies weigh 1/e after ten seconds. */
const LATENCY_DECAY = 10_000;

/** The counters of one member at one moment. All but `busy` and `latency` only grow. */
export interface LoadSnapshot {
  /** Times the member was chosen, for new sessions and for its own. */
  readonly elected: number;
  /** Requests in flight. */
  readonly busy: number;
  /** Bytes sent to the member: request lines, headers but for those of the connection, bodies. */
  readonly bytesSent: number;
  /** Bytes received from the member: status lines and bodies, as Apache counts them. */
  readonly bytesReceived: number;
  /** Attempts begun. */
  readonly requests: number;
  /** Attempts that failed. */
  readonly failures: number;
  /** Running mean of the milliseconds to the head of a reply, peaks counted at once; 0 before the first. Goes up and down. */
  readonly latency: number;
}

/** One attempt, from its beginning to its end. */
export interface LoadHandle {
  sent(bytes: number): void;
  received(bytes: number): void;
  /** The attempt is over, however it went. Only the first call counts. */
  end(): void;
}

type Counters = { -readonly [Name in keyof LoadSnapshot]: number };

/** The only writer of a member's counters. */
export class LoadMeter implements LoadSnapshot {
  readonly #counters: Counters = {
    elected: 0,
    busy: 0,
    bytesSent: 0,
    bytesReceived: 0,
    requests: 0,
    failures: 0,
    latency: 0,
  };
  readonly #latency = new PeakEwma(LATENCY_DECAY);

  get elected(): number {
    return this.#counters.elected;
  }

  get busy(): number {
    return this.#counters.busy;
  }

  get bytesSent(): number {
    return this.#counters.bytesSent;
  }

  get bytesReceived(): number {
    return this.#counters.bytesReceived;
  }

  get requests(): number {
    return this.#counters.requests;
  }

  get failures(): number {
    return this.#counters.failures;
  }

  get latency(): number {
    return this.#counters.latency;
  }

  /** The same mean at this moment: it fades while nothing is answered. */
  latencyAt(now: number): number {
    return this.#latency.at(now);
  }

  /** An attempt that did not block was answered after so many milliseconds. */
  observeLatency(latency: number, now: number): void {
    this.#latency.observe(latency, now);
    this.#counters.latency = this.#latency.mean;
  }

  /** Starts an attempt: the member is busy with one request more until the handle ends. */
  begin(): LoadHandle {
    return new MeteredAttempt(this.#counters);
  }

  countElected(): void {
    this.#counters.elected += 1;
  }

  countFailure(): void {
    this.#counters.failures += 1;
  }

  snapshot(): LoadSnapshot {
    return { ...this.#counters };
  }
}

class MeteredAttempt implements LoadHandle {
  readonly #counters: Counters;
  #ended = false;

  constructor(counters: Counters) {
    this.#counters = counters;
    counters.busy += 1;
    counters.requests += 1;
  }

  sent(bytes: number): void {
    this.#counters.bytesSent += bytes;
  }

  received(bytes: number): void {
    this.#counters.bytesReceived += bytes;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#counters.busy -= 1;
  }
}
