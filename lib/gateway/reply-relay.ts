import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../clock.ts';
import type { CompleteReply } from '../forward/forward-job.ts';
import { pieceMemory } from '../forward/piece-memory.ts';
import { headerValue, withHeader } from '../forward/reply-headers.ts';
import type { ReplyHead } from '../forward/transport.ts';
import {
  addTrailers,
  cutOff,
  endWithBody,
  flushHead,
  writePiece,
  writeReplyHead,
} from './client-response.ts';

/** What a relay has to do with the world around it. */
export interface RelaySurroundings {
  readonly clock: Clock;
  /** Milliseconds for the client to take what it was sent, each time it is behind. */
  readonly sendTimeout: number;
  /** The client has caught up. */
  readonly resume: () => void;
}

/** Passes a member's reply on to the client as it comes, as fast as the client takes it. */
export class ReplyRelay {
  readonly #response: ServerResponse;
  /** HEAD went out as GET, so its reply has a body that the client must not get (RFC 9110, 9.3.2). */
  readonly #dropsBody: boolean;
  readonly #surroundings: RelaySurroundings;
  #head: ReplyHead | undefined;
  /** The body, when it came in one piece: it leaves together with the head, as soon as it is certain that it is all. */
  #whole: Buffer | undefined;
  #begun = false;
  #watching = false;
  /** Runs while the client is behind. */
  #slowness: Timer | undefined;
  /** Bytes of body passed on. */
  bytes = 0;

  constructor(request: IncomingMessage, response: ServerResponse, surroundings: RelaySurroundings) {
    this.#response = response;
    this.#dropsBody = request.method === 'HEAD';
    this.#surroundings = surroundings;
  }

  /** Somebody else has answered, such as a time limit of the application's own: nothing more may be written. */
  get isTaken(): boolean {
    return !this.#begun && this.#response.headersSent;
  }

  /** Leaves with the first piece of the body, so that a reply which ends before that can still become an error. */
  head(head: ReplyHead): void {
    this.#head = head;
  }

  data(chunk: Buffer): boolean {
    if (this.#dropsBody) {
      pieceMemory.giveBack(chunk);
      return true;
    }
    if (this.#head !== undefined && isWholeBody(this.#head, chunk)) {
      this.#whole = chunk;
      return true;
    }
    this.#begin();
    this.bytes += chunk.length;
    if (writePiece(this.#response, chunk)) return true;
    this.#clientIsBehind();
    return false;
  }

  /** The head leaves now, though no body has come yet: it may take its time. Nothing leaves if the reply has become an error since. */
  flushHead(): void {
    if (this.#head === undefined || this.#whole !== undefined || this.isTaken) return;
    this.#begin();
    flushHead(this.#response);
  }

  /** @param trailers name, value, … to be sent behind the body, where that has no length */
  end(trailers: readonly string[] = []): void {
    this.#begin();
    addTrailers(this.#response, trailers);
    this.#endWith(this.#whole);
  }

  /** A reply that was held back, perhaps with another body than the member sent. */
  complete({ head, body }: CompleteReply): void {
    const headers = withHeader(head.headers, 'Content-Length', String(body.length));
    this.head({ ...head, headers });
    this.#begin();
    this.#endWith(this.#dropsBody ? undefined : body);
  }

  /** Cuts the connection, so that a reply which ended too early is not taken for a complete one. */
  destroy(): void {
    cutOff(this.#response);
  }

  #begin(): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#head = undefined;
    this.#begun = true;
    writeReplyHead(this.#response, head);
  }

  #endWith(body: Buffer | undefined): void {
    this.bytes += body?.length ?? 0;
    if (body === undefined) this.#response.end();
    else endWithBody(this.#response, body);
    this.#waitUntilTaken();
  }

  /** The member's part is over; what the client has not taken still fills memory here. */
  #waitUntilTaken(): void {
    // A compressing middleware ends the response later.
    const isTaken = this.#response.writableEnded && this.#response.writableLength === 0;
    if (!isTaken) this.#clientIsBehind();
  }

  #clientIsBehind(): void {
    this.#watch();
    const { clock, sendTimeout } = this.#surroundings;
    this.#slowness ??= clock.setTimeout(() => this.destroy(), sendTimeout);
  }

  #clientCaughtUp(): void {
    this.#slowness?.cancel();
    this.#slowness = undefined;
  }

  /** Once and for good: a compressing middleware has `on` hand over to its own stream, and `once` cannot take back what it put there. */
  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    this.#response.on('close', () => this.#clientCaughtUp());
    this.#response.on('drain', () => {
      this.#clientCaughtUp();
      this.#surroundings.resume();
    });
  }
}

function isWholeBody(head: ReplyHead, chunk: Buffer): boolean {
  return Number(headerValue(head.headers, 'content-length')) === chunk.length;
}
