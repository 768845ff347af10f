import { pino } from 'pino';
import { systemClock } from '../clock.ts';
import { LogBlocks } from './log-blocks.ts';

/** Standard output as a place for log lines. */
export interface LogDestination extends pino.DestinationStream {
  /** Gets the last lines out as far as possible; resolves after a second at the latest. */
  flush(): Promise<void>;
}

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
    // Without a least length sonic-boom (4.2) does not wait with a flush for what it is about to write.
    minLength: 1,
    maxLength: MOST_UNREAD_BYTES,
    contentMode: 'buffer',
  });
  const blocks = new LogBlocks((block) => writeBytes(destination, block));
  let failing = false;
  destination.on('error', (error: Error) => {
    if (!failing) onTrouble(error);
    failing = true;
  });
  destination.on('write', () => (failing = false));
  // sonic-boom (4.2) tries for ever, and pino has it do that when the process ends.
  const flushSync = destination.flushSync.bind(destination);
  destination.flushSync = () => {
    blocks.handOver();
    if (!failing) flushSync();
  };
  const flush = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const tooLate = systemClock.setTimeout(() => {
        failing = true;
        resolve();
      }, FLUSH_WITHIN_MS);
      blocks.handOver();
      destination.flush(() => {
        tooLate.cancel();
        resolve();
      });
    });
    destination.flushSync();
  };
  return { write: (line) => blocks.add(line), flush };
}

/** As bytes: of text sonic-boom (4.2) measures all that is unwritten anew with every piece. */
function writeBytes(destination: ReturnType<typeof pino.destination>, block: string): void {
  // Its types know only text.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  (destination as unknown as { write(block: Buffer): boolean }).write(Buffer.from(block));
}
