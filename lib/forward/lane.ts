import type { Clock, Timer } from '../clock.ts';
import { FairQueue } from './fair-queue.ts';

/** How a wait for a place ended. */
export type WaitOutcome = 'entered' | 'timeout';

interface Waiter {
  readonly done: (outcome: WaitOutcome) => void;
  readonly timer: Timer;
}

/** Something that can be called off. */
export interface Cancellable {
  cancel(): void;
}

/**
 * The requests of one kind in flight on one member, and the queue before them, in which clients are served in turn.
 * Commands that may block and quick ones have a lane each, so that a ping never waits behind blocked requests.
 */
export class Lane {
  readonly #limit: number;
  readonly #maxQueue: number;
  readonly #clock: Clock;
  readonly #waiting = new FairQueue<Waiter>();
  #inFlight = 0;

  constructor(limit: number, maxQueue: number, clock: Clock) {
    this.#limit = limit;
    this.#maxQueue = maxQueue;
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** True when a request would start at once. */
  get hasRoom(): boolean {
    return this.#inFlight < this.#limit;
  }

  /** True when neither a place nor a seat in the queue is left. */
  get isFull(): boolean {
    return !this.hasRoom && this.#waiting.size >= this.#maxQueue;
  }

  /** Takes a place if one is free. Whoever got true calls `leave` once. */
  enter(): boolean {
    if (!this.hasRoom) return false;
    this.#inFlight++;
    return true;
  }

  /** Waits for a place, `timeout` milliseconds at most. After 'entered' the caller owes one `leave`. */
  wait(timeout: number, done: (outcome: WaitOutcome) => void, client: string = ''): Cancellable {
    const timer = this.#clock.setTimeout(() => {
      this.#waiting.remove(client, waiter);
      done('timeout');
    }, timeout);
    const waiter: Waiter = { done, timer };
    this.#waiting.push(client, waiter);
    return {
      cancel: () => {
        timer.cancel();
        this.#waiting.remove(client, waiter);
      },
    };
  }

  /** Gives a place back; whoever's turn it is in the queue gets it. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#inFlight--;
      return;
    }
    next.timer.cancel();
    next.done('entered');
  }
}
