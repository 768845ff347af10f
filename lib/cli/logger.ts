import { pino } from 'pino';
import type { LogLevel } from '../config/options.ts';
import type { Logger } from '../observability/logger.ts';
import type { CommandIo } from './command.ts';
import { standardOutput } from './log-destination.ts';

/** A logger, and the way to get its last lines out before the process ends. */
export interface ProgramLogger {
  readonly logger: Logger;
  setLevel(level: LogLevel): void;
  flush(): Promise<void>;
}

/** Structured log lines (JSON) on standard output. */
export function createLogger(
  level: LogLevel,
  { stdout, stderr }: Pick<CommandIo, 'stdout' | 'stderr'>,
): ProgramLogger {
  if (stdout !== process.stdout) return programLogger(pino({ level }, stdout), () => Promise.resolve());
  const destination = standardOutput(({ message }) =>
    stderr.write(`pazpar2-balancer: log lines are lost: ${message}\n`),
  );
  return programLogger(pino({ level }, destination), () => destination.flush());
}

function programLogger(logger: pino.Logger, flush: () => Promise<void>): ProgramLogger {
  return {
    logger,
    setLevel: (level) => {
      logger.level = level;
    },
    flush,
  };
}
