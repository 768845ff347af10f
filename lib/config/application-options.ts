import type { Logger } from '../observability/logger.ts';
import { parseClusterName } from './cluster-name.ts';
import { parseMountPath } from './mount-path.ts';
import type { FoundProblem } from './problem.ts';
import { Refusal } from './refusal.ts';
import { showValue } from './show-value.ts';

/** What an application gives a middleware beside the options of its cluster. */
export interface ApplicationOptions {
  /** Name of the cluster in log lines and snapshots: letters, digits, "_" and "-", at most 40. Defaults to 'cluster'. */
  readonly name?: string | undefined;
  /** Where to log: a pino logger, or anything with `debug`, `info`, `warn` and `error` that take fields and a message. Defaults to none. */
  readonly logger?: Logger | undefined;
}

/** The same, where it may also say at which path it mounts the middleware. */
export interface MountedOptions extends ApplicationOptions {
  readonly path?: string | undefined;
}

const LOGGER_METHODS = ['debug', 'info', 'warn', 'error'] as const;

/** Everything that is wrong with them. The logger is looked at, never copied: it is an object of the application's own. */
export function applicationProblems({ name, logger, path }: MountedOptions): FoundProblem[] {
  return [
    ...problemOf('name', name, checkName),
    ...problemOf('logger', logger, checkLogger),
    ...problemOf('path', path, parseMountPath),
  ];
}

function problemOf(key: string, value: unknown, check: (value: unknown) => void): FoundProblem[] {
  try {
    if (value !== undefined) check(value);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ path: [key], message: error.message, found: showValue(value) }];
  }
}

function checkName(value: unknown): void {
  if (typeof value !== 'string') throw new Refusal('must be a text');
  parseClusterName(value);
}

function checkLogger(value: unknown): void {
  const methods: Partial<Record<string, unknown>> = Object(value);
  if (LOGGER_METHODS.every((method) => typeof methods[method] === 'function')) return;
  throw new Refusal('must have the methods debug, info, warn and error, as a pino logger has');
}
