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

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, delay) {
    let fired = false;
    const timer = setTimeout(() => {
      fired = true;
      callback();
    }, delay);
    timer.unref();
    const refresh = (): void => {
      // Node would start a timer anew that has fired.
      if (!fired) timer.refresh();
    };
    return { cancel: () => clearTimeout(timer), refresh };
  },
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
