import { AsyncResource } from 'node:async_hooks';
import { TimerQueues } from './timers/timer-queues.ts';

/** A running timer. Both methods are harmless after it fired. */
export interface Timer {
  cancel(): void;
  /** Starts the same delay anew. */
  refresh(): void;
}

/** Time as the product sees it. Nothing else calls `Date.now`, `performance.now` or `setTimeout`. */
export interface Clock {
  /** Milliseconds since 1970, for what people and other programs read. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment, for measuring. Never goes back. */
  monotonic(): number;
  /** Calls back once, `delay` milliseconds from now. Does not keep the process alive. */
  setTimeout(callback: () => void, delay: number): Timer;
}

/** Chance as the product sees it. Nothing else calls `Math.random`. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
}

// Node takes longer delays for one millisecond.
const LONGEST_MS = 2 ** 31 - 1;

// A timer of Node's calls back in the asynchronous context of who started it, which is one request's; what it wakes belongs to all.
const wake: (callback: () => void, delay: number) => void = AsyncResource.bind(
  (callback: () => void, delay: number) => void setTimeout(callback, Math.min(delay, LONGEST_MS)).unref(),
);

const timers = new TimerQueues({ monotonic: () => performance.now(), wake });

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delay) => timers.start(callback, delay),
};

/** Keeps the process alive, which the clock's timers do not. Returns what ends that. */
export function keepProcess(): () => void {
  const timer = setInterval(() => undefined, 2 ** 30);
  return () => clearInterval(timer);
}

/** The machine's own chance. */
export const systemRandom: Random = { next: () => Math.random() };

/** Calls back once the events that wait on sockets already were heard. No matter of time, so there is no other one for tests. */
export function afterWaitingEvents<T>(callback: (argument: T) => void, argument: T): void {
  setImmediate(callback, argument);
}
