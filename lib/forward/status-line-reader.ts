/** More than this is no status line, and no head of an interim reply. */
const LIMIT = 16 * 1024;
const START = 'HTTP/1.';
const STATUS_LINE = /^HTTP\/1\.\d (\d{3})(?: ([^\r]*))?\r?$/;
const LINE_FEED = 10;
/** Changes the protocol, so what follows is no HTTP (RFC 9110, section 15.2.2): not for this reader. */
const SWITCHING_PROTOCOLS = '101';

/**
 * Reads the status line of a reply on its way to a parser that decodes the reason phrase as UTF-8, loses a part of it
 * when it arrives in pieces, and takes `100 Continue` for an error, all of which undici does. Holds the line back until it
 * is complete, keeps the reason as it came and drops interim replies (RFC 9110, section 15.2).
 */
export class StatusLineReader {
  #state: 'passing' | 'status' | 'interim' = 'passing';
  #held: Buffer | undefined;
  #reason: string | undefined;

  /** The final reply's reason phrase, byte for byte (latin1). */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** A reply is expected. */
  begin(): void {
    this.#state = 'status';
    this.#reason = undefined;
  }

  /** Takes what arrived; answers what is to be passed on. */
  read(chunk: Buffer): Buffer | undefined {
    if (this.#state === 'passing') return chunk;
    let bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    while (bytes.length > 0) {
      if (this.#state === 'interim') {
        const end = headEnd(bytes);
        if (end === -1) return this.#hold(bytes);
        bytes = bytes.subarray(end);
        this.#state = 'status';
        continue;
      }
      const feed = bytes.indexOf(LINE_FEED);
      if (feed === -1) return mayBecomeStatusLine(bytes) ? this.#hold(bytes) : this.#pass(bytes);
      const [, status, reason] = STATUS_LINE.exec(bytes.toString('latin1', 0, feed)) ?? [];
      if (status === undefined || !status.startsWith('1') || status === SWITCHING_PROTOCOLS) {
        this.#reason = reason ?? '';
        return this.#pass(bytes);
      }
      this.#state = 'interim';
    }
    return undefined;
  }

  /** Nothing more arrives; answers what was held back. */
  end(): Buffer | undefined {
    const held = this.#held;
    this.#held = undefined;
    this.#state = 'passing';
    return held;
  }

  #hold(bytes: Buffer): undefined | Buffer {
    if (bytes.length > LIMIT) return this.#pass(bytes);
    this.#held = bytes;
    return undefined;
  }

  #pass(bytes: Buffer): Buffer {
    this.#state = 'passing';
    return bytes;
  }
}

function mayBecomeStatusLine(bytes: Buffer): boolean {
  return START.startsWith(bytes.toString('latin1', 0, START.length));
}

/** Where the first blank line ends, or -1. */
function headEnd(bytes: Buffer): number {
  const strict = bytes.indexOf('\n\r\n', 0, 'latin1');
  const bare = bytes.indexOf('\n\n', 0, 'latin1');
  if (bare === -1 || (strict !== -1 && strict < bare)) return strict === -1 ? -1 : strict + 3;
  return bare + 2;
}
