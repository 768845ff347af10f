import type { Clock } from '../clock.ts';
import type { RunningProbe } from './probe.ts';

/** A limit, and what counts as the result when it is reached. */
export interface TimeLimit<Result> {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
  readonly late: Result;
}

/** Begins something that calls back once, and calls it off when it takes too long. */
export function withinTime<Result>(
  begin: (done: (result: Result) => void) => RunningProbe,
  { clock, timeout, late }: TimeLimit<Result>,
  done: (result: Result) => void,
): RunningProbe {
  const timer = clock.setTimeout(() => {
    running.cancel();
    done(late);
  }, timeout);
  const running = begin((result) => {
    timer.cancel();
    done(result);
  });
  return {
    cancel: () => {
      timer.cancel();
      running.cancel();
    },
  };
}
