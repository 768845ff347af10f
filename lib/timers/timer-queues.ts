import type { Timer } from '../clock.ts';
import { TimerQueue, type TimerGround } from './timer-queue.ts';

/**
 * Timers as cheap as requests need them, each of which starts several and cancels all of them within milliseconds: those with the same
 * delay share one wake-up.
 */
export class TimerQueues {
  readonly #ground: TimerGround;
  readonly #byDelay = new Map<number, TimerQueue>();

  constructor(ground: TimerGround) {
    this.#ground = ground;
  }

  /** Delays for which a wake-up is on its way. */
  get size(): number {
    return this.#byDelay.size;
  }

  /** @param delay milliseconds; a part of one counts as one, and so does nothing */
  start(callback: () => void, delay: number): Timer {
    const whole = Math.max(1, Math.ceil(delay));
    const queue = this.#byDelay.get(whole) ?? this.#open(whole);
    return queue.start(callback);
  }

  #open(delay: number): TimerQueue {
    const queue = new TimerQueue(delay, this.#ground, () => void this.#byDelay.delete(delay));
    this.#byDelay.set(delay, queue);
    return queue;
  }
}
