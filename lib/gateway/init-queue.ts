import type { Clock } from '../clock.ts';
import { FairQueue } from '../forward/fair-queue.ts';
import type { Cancellable } from '../forward/lane.ts';

// Rooms come free at 200 a second; looking more often would find nothing.
const LOOK_EVERY = 10;

/** A new session that waits for room. */
export interface WaitingInit {
  /** Whoever waits: clients are served in turn. */
  readonly client: string;
  /** Milliseconds to wait at most. */
  readonly timeout: number;
  /** Goes on if there is room now; answers whether there was. */
  readonly proceed: () => boolean;
  /** The time is over. */
  readonly expire: () => void;
}

/** New sessions that wait until a member has room for them. */
export class InitQueue {
  /** Most that wait at a time; who waits already stays. */
  limit: number;
  readonly #clock: Clock;
  readonly #waiting = new FairQueue<WaitingInit>();
  #looking = false;

  constructor(limit: number, clock: Clock) {
    this.limit = limit;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.limit;
  }

  /** Waits until `proceed` answers true, whoever's turn it is first, or until the time is over. */
  join(init: WaitingInit): Cancellable {
    const { client } = init;
    const waiting: WaitingInit = {
      ...init,
      proceed: () => {
        if (!init.proceed()) return false;
        timer.cancel();
        return true;
      },
    };
    const timer = this.#clock.setTimeout(() => {
      this.#waiting.remove(client, waiting);
      init.expire();
    }, init.timeout);
    this.#waiting.push(client, waiting);
    this.#look();
    return {
      cancel: () => {
        timer.cancel();
        this.#waiting.remove(client, waiting);
      },
    };
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
    for (let first = this.#waiting.first(); first?.proceed() === true; first = this.#waiting.first()) {
      this.#waiting.shift();
    }
  }
}
