import { systemClock, type Clock, type Timer } from '../../lib/clock.ts';

/** The machine's time, with a count of the timers that run. */
export class CountingClock implements Clock {
  running = 0;

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  setTimeout(callback: () => void, delay: number): Timer {
    let runs = true;
    this.running += 1;
    const end = (): void => {
      if (runs) this.running -= 1;
      runs = false;
    };
    const timer = systemClock.setTimeout(() => {
      end();
      callback();
    }, delay);
    return {
      cancel: () => {
        end();
        timer.cancel();
      },
      refresh: () => timer.refresh(),
    };
  }
}
