import type { Environment } from '../config/interpolation.ts';

/** What a command has to do with the world around it. */
export interface CommandIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: Environment;
  readonly signals: SignalSource;
}

/** Where the signals of the system come from; `process` is one. */
export interface SignalSource {
  on(signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** Takes text; `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown;
}

/** The module of a command. */
export interface CommandModule {
  /**
   * Runs the command to its end.
   *
   * @param argv what stands behind the command's name
   * @returns the exit status: 0 for success, 1 for failure, 2 for a wrong use or configuration
   * @throws {UsageError} when the arguments are wrong.
   */
  readonly run: (argv: readonly string[], io: CommandIo) => Promise<number>;
}

/** A command as it is offered. */
export interface Command {
  /** One line for the help. */
  readonly summary: string;
  /** Loads its module, so that no command pays for another. */
  readonly load: () => Promise<CommandModule>;
}

/** Arguments that a command does not take. The message says what it takes. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Exit status for wrong arguments and refused configuration, as of most Unix programs. */
export const EXIT_USAGE = 2;
