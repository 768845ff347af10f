import type { Timer } from '../clock.ts';
import { LinkedList, type Linked } from '../linked-list.ts';

/** What timers stand on. */
export interface TimerGround {
  /** Milliseconds since some fixed moment. */
  monotonic(): number;
  /** Calls back once, about `delay` milliseconds from now. */
  wake(callback: () => void, delay: number): void;
}

/** Timers that all have the same delay, so that whoever started first fires first. At most one wake-up is on its way for all of them. */
export class TimerQueue {
  readonly delay: number;
  readonly #ground: TimerGround;
  readonly #emptied: () => void;
  readonly #timers = new LinkedList<QueuedTimer>();
  #awaitsWake = false;

  /**
   * @param delay milliseconds, of every timer; more than 0
   * @param emptied hears when no timer is left and no wake-up on its way
   */
  constructor(delay: number, ground: TimerGround, emptied: () => void) {
    this.delay = delay;
    this.#ground = ground;
    this.#emptied = emptied;
  }

  start(callback: () => void): Timer {
    const timer = new QueuedTimer(this, callback);
    this.append(timer);
    return timer;
  }

  /** Puts a timer that is in no queue at the end. */
  append(timer: QueuedTimer): void {
    timer.dueAt = this.#ground.monotonic() + this.delay;
    this.#timers.append(timer);
    if (!this.#awaitsWake) this.#wakeIn(this.delay);
  }

  /** Takes a timer out. The wake-up stays: it costs less to find nothing to do than to be called off for each request. */
  remove(timer: QueuedTimer): void {
    this.#timers.remove(timer);
  }

  #wakeIn(delay: number): void {
    this.#awaitsWake = true;
    this.#ground.wake(() => this.#wake(), delay);
  }

  #wake(): void {
    const now = this.#ground.monotonic();
    try {
      let { first } = this.#timers;
      while (first !== undefined && first.dueAt <= now) {
        first.fire();
        ({ first } = this.#timers);
      }
    } finally {
      // Also when a callback threw: the others are still owed theirs.
      this.#awaitsWake = false;
      const { first } = this.#timers;
      if (first === undefined) this.#emptied();
      else this.#wakeIn(Math.max(1, Math.ceil(first.dueAt - now)));
    }
  }
}

class QueuedTimer implements Timer, Linked<QueuedTimer> {
  dueAt = 0;
  before: QueuedTimer | undefined;
  after: QueuedTimer | undefined;
  readonly #callback: () => void;
  #queue: TimerQueue | undefined;

  constructor(queue: TimerQueue, callback: () => void) {
    this.#queue = queue;
    this.#callback = callback;
  }

  cancel(): void {
    this.#queue?.remove(this);
    this.#queue = undefined;
  }

  refresh(): void {
    this.#queue?.remove(this);
    this.#queue?.append(this);
  }

  fire(): void {
    this.cancel();
    this.#callback();
  }
}
