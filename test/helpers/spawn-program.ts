import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** A program under test. */
export interface SpawnedProgram {
  readonly process: ChildProcess;
  /** What it has printed so far, both streams. */
  readonly output: () => string;
  /** What it has printed so far to its standard error. */
  readonly errors: () => string;
  /** Resolves with the match when the output matches; rejects when the program ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit status once it has ended by itself or by a signal; null when a signal killed it. */
  readonly ended: Promise<number | null>;
  /** Ends it by a signal (SIGTERM) and resolves with its exit status; null when the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a Node program of this project; paths are relative to its root, which is the working directory of the tests. */
export function spawnNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): SpawnedProgram {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  const keep = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (status) => resolve(status)));

  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (match === null) return;
        child.stdout.off('data', look);
        child.stderr.off('data', look);
        resolve(match);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      void ended.then((status) => reject(new Error(`ended with ${status} before ${pattern}:\n${output}`)));
      look();
    });

  return {
    process: child,
    output: () => output,
    errors: () => errors,
    printed,
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}
