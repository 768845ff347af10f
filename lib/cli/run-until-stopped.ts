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
 * Serves until SIGTERM or SIGINT. The first one ends the program in peace, a second one at once. SIGHUP reloads.
 *
 * @returns the exit status
 */
export async function runUntilStopped(program: RunningProgram, signals: SignalSource): Promise<number> {
  const reload = (): void => void program.reload?.();
  signals.on('SIGHUP', reload);
  const status = await new Promise<number>((resolve, reject) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) {
        resolve(EXIT_FORCED);
        return;
      }
      stopping = true;
      program.stop().then(() => resolve(0), reject);
    };
    signals.on('SIGTERM', stop);
    signals.on('SIGINT', stop);
  });
  signals.off('SIGHUP', reload);
  return status;
}
