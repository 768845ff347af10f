import type { Clock } from '../clock.ts';
import type { Cancellable } from '../forward/lane.ts';

// Rooms come free at 200 a second; looking more often would find nothing.
const LOOK_EVERY = 10;

interface WaitingInit {
  /** Answers true when the wait is over, one way or the other. */
  readonly proceed: () => boolean;
}

/** New sessions that wait until a member has room for them, in the order of their arrival. */
export class InitQueue {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<WaitingInit>();
  #looking = false;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#limit;
  }

  /** Asks `proceed` now and then, the first in the queue first, until it answers true. */
  join(proceed: () => boolean): Cancellable {
    const waiting: WaitingInit = { proceed };
    this.#waiting.add(waiting);
    this.#look();
    return { cancel: () => void this.#waiting.delete(waiting) };
  }

  #look(): void {
    if (this.#looking || this.#waiting.size === 0) return;
    this.#looking = true;
    this.#clock.setTimeout(() => {
      this.#looking = false;
      this.#serve();
      this.#look();
    }, LOOK_EVERY);
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (!waiting.proceed()) return;
      this.#waiting.delete(waiting);
    }
  }
}
