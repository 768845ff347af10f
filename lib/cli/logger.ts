import { pino } from 'pino';
import type { LogLevel } from '../config/options.ts';
import type { Logger } from '../observability/logger.ts';
import type { TextSink } from './command.ts';

/** A logger, and the way to get its last lines out before the process ends. */
export interface ProgramLogger {
  readonly logger: Logger;
  setLevel(level: LogLevel): void;
  flush(): void;
}

// Lines leave in blocks under load and at once, to the eye, when little happens.
const BLOCK_BYTES = 8192;
const FLUSH_EVERY_MS = 200;

/** Structured log lines (JSON) on standard output. */
export function createLogger(level: LogLevel, stdout: TextSink): ProgramLogger {
  if (stdout !== process.stdout) return programLogger(pino({ level }, stdout), () => undefined);
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: BLOCK_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
    contentMode: 'buffer',
  });
  return programLogger(pino({ level }, asBytes(destination)), () => destination.flushSync());
}

/**
 * Hands lines on as bytes. Of text sonic-boom (4.2) measures the whole unwritten block anew with every line, which costs more
 * than all else about a line together.
 */
function asBytes(destination: ReturnType<typeof pino.destination>): pino.DestinationStream {
  // Its types know only text.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const bytes = destination as unknown as { write(line: Buffer): boolean };
  return { write: (line) => void bytes.write(Buffer.from(line)) };
}

function programLogger(logger: pino.Logger, flush: () => void): ProgramLogger {
  return {
    logger,
    setLevel: (level) => {
      logger.level = level;
    },
    flush,
  };
}
