import { EventEmitter } from 'node:events';
import type { CommandIo } from '../../lib/cli/command.ts';

/** A command's surroundings that keep what it writes. */
export interface CapturedIo extends CommandIo {
  readonly out: () => string;
  readonly err: () => string;
  /** `signals.emit('SIGTERM')` is what `kill` does. */
  readonly signals: EventEmitter;
}

/** Makes surroundings for one run of a command. */
export function capturedIo(environment: CommandIo['environment'] = {}): CapturedIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    environment,
    signals: new EventEmitter(),
    out: () => out.join(''),
    err: () => err.join(''),
  };
}
