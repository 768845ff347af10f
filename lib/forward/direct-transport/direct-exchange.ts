import type { ConnectionPool, PooledExchange } from '../connection-pool.ts';
import {
  TransportFailure,
  type Exchange,
  type ReplyHead,
  type ReplyListener,
  type UpstreamRequest,
} from '../transport.ts';
import type { DirectConnection } from './direct-connection.ts';
import { UnsupportedFraming, type ForeignFraming, type MalformedReply } from './malformed-reply.ts';
import type { ReplySink } from './reply-reader.ts';
import { FRESH_END, KEPT_END } from './request-head.ts';

/** What all exchanges with one member share. */
export interface ExchangeOwner {
  readonly pool: ConnectionPool<DirectConnection>;
  /** A reply was framed as this transport cannot read it. */
  unsupportedFraming(framing: ForeignFraming): void;
}

/** What is certain when a connection ends under an exchange. */
export interface ReplyFacts {
  readonly received: boolean;
  readonly reused: boolean;
}

/** One request under way: turns what its connection reads into a listener's calls. */
export class DirectExchange implements Exchange, PooledExchange<DirectConnection>, ReplySink {
  readonly request: UpstreamRequest;
  readonly #head: string;
  readonly #listener: ReplyListener;
  readonly #owner: ExchangeOwner;
  #kept = false;
  #connection: DirectConnection | undefined;
  #paused = false;
  /** The reply is complete, which the listener hears when it goes on. Says whether the connection persists. */
  #ending: boolean | undefined;
  #over = false;

  /** @param head of the request, up to the end that says how the connection goes on. */
  constructor(request: UpstreamRequest, head: string, listener: ReplyListener, owner: ExchangeOwner) {
    this.request = request;
    this.#head = head;
    this.#listener = listener;
    this.#owner = owner;
  }

  get kept(): boolean {
    return this.#kept;
  }

  /** The complete head of the request, latin1. */
  get head(): string {
    return this.#head + (this.#kept ? KEPT_END : FRESH_END);
  }

  /** The listener takes nothing for now. */
  get isPaused(): boolean {
    return this.#paused;
  }

  start(connection: DirectConnection, kept: boolean): void {
    this.#connection = connection;
    this.#kept = kept;
    connection.carry(this);
  }

  abort(): void {
    if (this.#over) return;
    this.#leave();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    this.#connection?.resume();
    if (this.#ending !== undefined) process.nextTick(() => this.#finish());
  }

  /** The request is about to be written. */
  sent(): void {
    this.#listener.sent();
  }

  replyHead(head: ReplyHead): void {
    this.#listener.head(head);
  }

  replyData(chunk: Buffer): void {
    this.#paused = !this.#listener.data(chunk);
  }

  replyEnd(persistent: boolean): void {
    this.#ending = persistent;
    if (!this.#paused) this.#finish();
  }

  replyMalformed(error: MalformedReply): void {
    if (error instanceof UnsupportedFraming) this.#owner.unsupportedFraming(error.framing);
    const reused = this.#connection?.reused ?? false;
    const kind = error instanceof UnsupportedFraming ? 'framing' : 'malformed';
    this.#fail(new TransportFailure(kind, { sent: true, received: true, reused }, error));
  }

  /** No connection came about. */
  unconnected(failure: TransportFailure): void {
    if (!this.#owner.pool.startedAgain(this, failure)) this.#fail(failure);
  }

  /** The connection ended after the request was handed to it, by an error or orderly. */
  lost(facts: ReplyFacts, error: Error | undefined): void {
    if (this.#ending !== undefined) {
      this.#ending = false;
      return;
    }
    const unanswered = error === undefined ? 'empty' : 'reset';
    const kind = facts.received ? 'truncated' : unanswered;
    this.#fail(new TransportFailure(kind, { sent: true, ...facts }, error));
  }

  #finish(): void {
    if (this.#over) return;
    if (this.#kept && this.#ending === true && this.#connection !== undefined) {
      this.#over = true;
      this.#owner.pool.completed(this.#connection);
    } else {
      this.#leave();
    }
    this.#listener.end();
  }

  #fail(failure: TransportFailure): void {
    this.#leave();
    this.#listener.failed(failure);
  }

  #leave(): void {
    this.#over = true;
    this.#connection?.destroy();
    this.#owner.pool.gone();
  }
}
