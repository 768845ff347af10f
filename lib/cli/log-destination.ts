import { pino } from 'pino';
import { systemClock } from '../clock.ts';

/** Standard output as a place for log lines. */
export interface LogDestination extends pino.DestinationStream {
  /** Gets the last lines out as far as possible; resolves after a second at the latest. */
  flush(): Promise<void>;
}

// Lines leave in blocks under load and at once, to the eye, when little happens.
const BLOCK_BYTES = 8192;
const FLUSH_EVERY_MS = 200;
// Of a reader that has stopped reading. What comes beyond it is lost.
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;
const FLUSH_WITHIN_MS = 1000;

/**
 * Makes standard output into a destination that never stops or ends the program: with a full disk, or a reader that has gone or
 * hangs, lines are lost, and service goes on.
 *
 * @param onTrouble hears why lines cannot be written, once until they can be again
 */
export function standardOutput(onTrouble: (error: Error) => void): LogDestination {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: BLOCK_BYTES,
    maxLength: MOST_UNREAD_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
    contentMode: 'buffer',
  });
  let failing = false;
  destination.on('error', (error: Error) => {
    if (!failing) onTrouble(error);
    failing = true;
  });
  destination.on('write', () => (failing = false));
  // sonic-boom (4.2) tries for ever, and pino has it do that when the process ends.
  const flushSync = destination.flushSync.bind(destination);
  destination.flushSync = () => {
    if (!failing) flushSync();
  };
  const flush = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const tooLate = systemClock.setTimeout(() => {
        failing = true;
        resolve();
      }, FLUSH_WITHIN_MS);
      destination.flush(() => {
        tooLate.cancel();
        resolve();
      });
    });
    destination.flushSync();
  };
  return { ...asBytes(destination), flush };
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
