import type { Clock, Timer } from '../../lib/clock.ts';

interface Waiting {
  due: number;
  readonly delay: number;
  readonly callback: () => void;
}

/** A clock that stands still until `advance` is called. */
export class FakeClock implements Clock {
  #time: number;
  readonly #waiting = new Set<Waiting>();

  constructor(start = 1_700_000_000_000) {
    this.#time = start;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  setTimeout(callback: () => void, delay: number): Timer {
    const waiting: Waiting = { due: this.#time + delay, delay, callback };
    this.#waiting.add(waiting);
    return {
      cancel: () => void this.#waiting.delete(waiting),
      refresh: () => {
        if (this.#waiting.has(waiting)) waiting.due = this.#time + waiting.delay;
      },
    };
  }

  /** Timers that still run. */
  get running(): number {
    return this.#waiting.size;
  }

  /** Timers that run. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets `milliseconds` pass and calls back whatever falls due, in order. */
  advance(milliseconds: number): void {
    const end = this.#time + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#waiting.delete(next);
      this.#time = Math.max(this.#time, next.due);
      next.callback();
    }
    this.#time = end;
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (waiting.due <= end && (first === undefined || waiting.due < first.due)) first = waiting;
    }
    return first;
  }
}
