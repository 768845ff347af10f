import type { Clock, Timer } from '../clock.ts';
import type { LoadHandle } from '../load/load-meter.ts';
import { isFailingStatus } from './failure-settings.ts';
import type { ForwardSettings } from './forward-settings.ts';
import { replyHeadSize, requestSize } from './message-size.ts';
import type { Exchange, ReplyHead, ReplyListener, UploadWait, UpstreamRequest } from './transport.ts';
import { TransportFailure } from './transport.ts';
import type { Upstream } from './upstream.ts';

/** Hears how one attempt goes: `head`, `data`…, then exactly one of `end` and `failed`. */
export interface AttemptListener {
  /** An interim head, before the final one. */
  interim?(head: ReplyHead): void;
  head(head: ReplyHead): void;
  /** Answers false to get no more until `resume`. */
  data(chunk: Buffer): boolean;
  end(trailers?: readonly string[]): void;
  failed(failure: TransportFailure): void;
}

// Switching Protocols (RFC 9110, 15.2.2).
const SWITCHED = 101;

/** One try of one request on one member, under a load handle that ends exactly once, with time limits. */
export class Attempt implements ReplyListener {
  readonly upstream: Upstream;
  readonly startedAt: number;
  readonly #listener: AttemptListener;
  readonly #settings: ForwardSettings;
  readonly #headTimeout: number;
  readonly #clock: Clock;
  readonly #load: LoadHandle;
  readonly #blocks: boolean;
  readonly #exchange: Exchange;
  #timer: Timer;
  #sent = false;
  #received = false;
  #paused = false;
  #over = false;

  constructor(upstream: Upstream, request: UpstreamRequest, options: AttemptOptions) {
    this.upstream = upstream;
    this.#listener = options.listener;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#blocks = options.blocks;
    this.startedAt = options.clock.monotonic();
    this.#load = upstream.member.load.begin();
    this.#load.sent(requestSize(request));
    const { blockingReplyTimeout, replyTimeout } = options.settings;
    this.#headTimeout = options.blocks ? blockingReplyTimeout : replyTimeout;
    this.#timer = this.#awaitHead();
    this.#exchange = this.#send(request);
  }

  sent(): void {
    this.#sent = true;
  }

  /** The time to answer begins anew with each piece that the member takes, and stands while the client owes one. */
  uploaded(bytes: number, waitsFor: UploadWait): void {
    this.#load.sent(bytes);
    if (this.#over || this.#received) return;
    this.#timer.cancel();
    if (waitsFor === 'member') this.#timer = this.#awaitHead();
  }

  interim(head: ReplyHead): void {
    this.#listener.interim?.(head);
  }

  head(head: ReplyHead): void {
    this.#received = true;
    this.#timer.cancel();
    // What goes through a tunnel is not seen here.
    if (head.status !== SWITCHED) {
      this.#timer = this.#clock.setTimeout(() => this.#expire('idle-timeout'), this.#settings.idleTimeout);
    }
    this.#load.received(replyHeadSize(head));
    const { state, load } = this.upstream.member;
    if (!isFailingStatus(this.#settings, head.status)) state.answered(this.startedAt);
    if (!this.#blocks) {
      const now = this.#clock.monotonic();
      load.observeLatency(now - this.startedAt, now);
    }
    this.#listener.head(head);
  }

  data(chunk: Buffer): boolean {
    this.#load.received(chunk.length);
    if (this.#listener.data(chunk)) {
      this.#timer.refresh();
      return true;
    }
    // While the client is slow the member is not to blame for silence.
    this.#paused = true;
    this.#timer.cancel();
    return false;
  }

  end(trailers?: readonly string[]): void {
    this.#finish();
    this.#listener.end(trailers);
  }

  failed(failure: TransportFailure): void {
    this.#finish();
    this.#listener.failed(failure);
  }

  /** Closes the connection to the member; the listener hears nothing more. */
  abort(): void {
    if (this.#over) return;
    this.#finish();
    this.#exchange.abort();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    this.#timer = this.#clock.setTimeout(() => this.#expire('idle-timeout'), this.#settings.idleTimeout);
    this.#exchange.resume();
  }

  #send(request: UpstreamRequest): Exchange {
    try {
      return this.upstream.transport.send(request, this);
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  #awaitHead(): Timer {
    return this.#clock.setTimeout(() => this.#expire('head-timeout'), this.#headTimeout);
  }

  #expire(kind: 'head-timeout' | 'idle-timeout'): void {
    this.abort();
    const facts = { sent: this.#sent, received: this.#received, reused: false };
    this.#listener.failed(new TransportFailure(kind, facts));
  }

  #finish(): void {
    this.#over = true;
    this.#timer.cancel();
    this.#load.end();
  }
}

export interface AttemptOptions {
  readonly listener: AttemptListener;
  readonly settings: ForwardSettings;
  readonly clock: Clock;
  /** The member may hold its answer back, so it gets the longer limit. */
  readonly blocks: boolean;
}
