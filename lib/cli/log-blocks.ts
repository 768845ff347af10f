import { systemClock } from '../clock.ts';

// In UTF-16 units.
const BLOCK_LENGTH = 32 * 1024;
const FLUSH_EVERY_MS = 200;

/** Puts lines together, so that what it costs to write is paid once for many of them: in blocks under load and at once, to the eye, when little happens. */
export class LogBlocks {
  readonly #write: (block: string) => void;
  #text = '';
  #isWaiting = false;

  constructor(write: (block: string) => void) {
    this.#write = write;
  }

  add(line: string): void {
    this.#text += line;
    if (this.#text.length >= BLOCK_LENGTH) this.handOver();
    else if (!this.#isWaiting) this.#handOverSoon();
  }

  /** Gives away what is there. */
  handOver(): void {
    if (this.#text === '') return;
    const block = this.#text;
    this.#text = '';
    this.#write(block);
  }

  #handOverSoon(): void {
    this.#isWaiting = true;
    systemClock.setTimeout(() => {
      this.#isWaiting = false;
      this.handOver();
    }, FLUSH_EVERY_MS);
  }
}
