import { keepProcess } from '../clock.ts';
import type { SignalSource } from './command.ts';

/** A program that serves until it is told to stop. */
export interface RunningProgram {
  /** Ends in peace; resolves when everything is closed. */
  stop(): Promise<void>;
  /** Re-reads its configuration. */
  reload?(): Promise<void>;
}

/** Exit status after a second signal: it did not end in peace. */
const EXIT_FORCED = 1;

/**
 * Serves until SIGTERM or SIGINT, also where nothing but timers is left between two pieces of work. The first one ends the program in peace, a second one at once. SIGHUP reloads.
 *
 * @returns the exit status; after a second signal the program is still running, and its process has to be ended
 */
export function runUntilStopped(program: RunningProgram, signals: SignalSource): Promise<number> {
  const reload = (): void => void program.reload?.();
  const letGo = keepProcess();
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) {
        end();
        resolve(EXIT_FORCED);
        return;
      }
      stopping = true;
      program
        .stop()
        .finally(end)
        .then(() => resolve(0), reject);
    };
    const listeners = [
      ['SIGHUP', reload],
      ['SIGTERM', stop],
      ['SIGINT', stop],
    ] as const;
    const end = (): void => {
      letGo();
      for (const [signal, listener] of listeners) signals.off(signal, listener);
    };
    for (const [signal, listener] of listeners) signals.on(signal, listener);
  });
}
