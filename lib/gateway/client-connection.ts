import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Linked } from '../linked-list.ts';

/** A reply, as far as its client has not taken it. */
export interface Pending {
  readonly writableLength: number;
}

/**
 * What a connection owes: nothing while it is kept between two requests, the head of a request, or the rest of its body, for which
 * whoever reads it has a time limit.
 */
type Debt = 'nothing' | 'head' | 'body';

/** One connection of a client. */
export class ClientConnection implements Linked<ClientConnection> {
  before: ClientConnection | undefined;
  after: ClientConnection | undefined;
  socket: Socket;
  /** Requests share it (HTTP/2): between two of them it owes nothing, whatever comes. */
  shared = false;
  /** Replies to requests that are complete. */
  readonly replies: Pending[] = [];
  /** The response to the latest request, of HTTP/1, until it is over. */
  latest: ServerResponse | undefined;
  debt: Debt = 'head';
  /** It is closed, or about to be. */
  isGivenUp = false;
  /** Since when it owes that, or its client takes nothing of a reply. */
  since: number;
  /** Bytes it had sent when its last request was answered. */
  bytes = 0;
  /** What its client had not taken when it was last looked at. */
  #pending = 0;
  /** Bytes that had been written to it by then. */
  #written = 0;

  constructor(socket: Socket, since: number) {
    this.socket = socket;
    this.since = since;
  }

  /** A reply was taken, or nobody takes it any more. */
  settle(reply: Pending): void {
    const index = this.replies.indexOf(reply);
    if (index !== -1) this.replies.splice(index, 1);
  }

  /** All requests are answered. */
  rest(now: number): void {
    this.since = now;
    this.bytes = this.socket.bytesRead;
    this.debt = 'nothing';
  }

  /** Bytes have come on a connection at rest: it owes what is to follow them. */
  noticeHead(now: number): void {
    if (this.debt !== 'nothing' || this.shared || this.socket.bytesRead === this.bytes) return;
    this.debt = 'head';
    this.since = now;
  }

  /** True when nothing was taken, and nothing could be written, since it was last asked. */
  isStalled(): boolean {
    let pending = 0;
    for (const { writableLength } of this.replies) pending += writableLength;
    const { bytesWritten } = this.socket;
    const stalled = pending > 0 && pending === this.#pending && bytesWritten === this.#written;
    this.#pending = pending;
    this.#written = bytesWritten;
    return stalled;
  }
}
