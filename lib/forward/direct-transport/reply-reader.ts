import { pieceMemory } from '../piece-memory.ts';
import type { ReplyHead } from '../transport.ts';
import { MalformedReply } from './malformed-reply.ts';
import { parseReplyHead, type ParsedHead } from './reply-head.ts';

/** Hears of one reply: `replyHead`, `replyData` any number of times, then `replyEnd`; or `replyMalformed` at any point. */
export interface ReplySink {
  replyHead(head: ReplyHead): void;
  /** A piece of the body, the sink's to keep, or to give back to the memory of pieces. */
  replyData(chunk: Buffer): void;
  /** The reply is complete. `persistent`: the member keeps the connection, and nothing followed the reply. */
  replyEnd(persistent: boolean): void;
  replyMalformed(error: MalformedReply): void;
}

/** Pazpar2's heads take about 300 bytes. */
const MAX_HEAD_SIZE = 16 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const START = 'HTTP/1.';

/** Reads one reply after another from pieces of any size. Between `begin` and the end of a reply it calls the sink, otherwise never. */
export class ReplyReader {
  #sink: ReplySink | undefined;
  #expects: 'nothing' | 'head' | 'body' = 'nothing';
  /** The head so far, when it arrives in pieces. */
  #held: Buffer | undefined;
  /** Bytes of the body to come. */
  #left = 0;
  #persistent = false;

  /** A reply is expected. */
  begin(sink: ReplySink): void {
    this.#sink = sink;
    this.#expects = 'head';
  }

  /** Nothing more is to be heard of this reply. May be called by the sink. */
  abandon(): void {
    this.#expects = 'nothing';
    this.#held = undefined;
    this.#sink = undefined;
  }

  /** Takes what arrived. The bytes may be overwritten afterwards. */
  read(piece: Buffer): void {
    const bytes = this.#held === undefined ? piece : Buffer.concat([this.#held, piece]);
    this.#held = undefined;
    const bodyStart = this.#readHeads(bytes);
    if (this.#expects === 'body') this.#readBody(bytes, bodyStart);
  }

  /** Reads heads up to the final one; answers where its body begins. */
  #readHeads(bytes: Buffer): number {
    let start = 0;
    while (this.#expects === 'head') {
      const end = bytes.indexOf(HEAD_END, start);
      if (end === -1 || end - start > MAX_HEAD_SIZE) {
        this.#hold(bytes, start);
        return start;
      }
      this.#takeHead(bytes.toString('latin1', start, end));
      start = end + HEAD_END.length;
    }
    return start;
  }

  /** Keeps an incomplete head, unless it cannot become a valid one. */
  #hold(bytes: Buffer, start: number): void {
    if (bytes.length - start >= MAX_HEAD_SIZE + HEAD_END.length) {
      this.#malformed(new MalformedReply(`a head of more than ${MAX_HEAD_SIZE} bytes`));
    } else if (START.startsWith(bytes.toString('latin1', start, start + START.length))) {
      this.#held = Buffer.from(bytes.subarray(start));
    } else {
      this.#malformed(new MalformedReply('no status line'));
    }
  }

  #takeHead(text: string): void {
    let parsed: ParsedHead;
    try {
      parsed = parseReplyHead(text);
    } catch (error) {
      if (!(error instanceof MalformedReply)) throw error;
      this.#malformed(error);
      return;
    }
    if (parsed.interim) return;
    this.#left = parsed.bodyLength;
    this.#persistent = parsed.persistent;
    this.#expects = 'body';
    this.#sink?.replyHead(parsed.head);
  }

  #readBody(bytes: Buffer, start: number): void {
    const end = Math.min(bytes.length, start + this.#left);
    this.#left -= end - start;
    if (end > start) this.#sink?.replyData(pieceMemory.copy(bytes, start, end));
    // The sink may have abandoned the reply.
    if (this.#left > 0 || this.#expects !== 'body') return;
    const sink = this.#sink;
    this.abandon();
    sink?.replyEnd(this.#persistent && end === bytes.length);
  }

  #malformed(error: MalformedReply): void {
    const sink = this.#sink;
    this.abandon();
    sink?.replyMalformed(error);
  }
}
