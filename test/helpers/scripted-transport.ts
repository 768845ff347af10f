import { TransportFailure } from '../../lib/forward/transport.ts';
import type {
  Exchange,
  FailureKind,
  ReplyListener,
  Transport,
  UpstreamRequest,
} from '../../lib/forward/transport.ts';

/** Kinds of failure that happen before anything is sent. */
const UNSENT: ReadonlySet<FailureKind> = new Set([
  'refused',
  'connect-timeout',
  'name',
  'route',
  'ports',
  'tls',
]);

/** A transport without a network: it keeps what it is asked to send, and the test plays the member. */
export class ScriptedTransport implements Transport {
  readonly exchanges: ScriptedExchange[] = [];
  readonly connections = 0;
  readonly portFallbacks = 0;

  send(request: UpstreamRequest, listener: ReplyListener): Exchange {
    const exchange = new ScriptedExchange(request, listener);
    this.exchanges.push(exchange);
    return exchange;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The exchange that began last. */
  get last(): ScriptedExchange {
    const exchange = this.exchanges.at(-1);
    if (exchange === undefined) throw new Error('nothing was sent');
    return exchange;
  }
}

type Phase = 'connecting' | 'sent' | 'replying' | 'over';

/** One exchange, played by the test. Keeps the contract of transports: refuses calls that no transport would make. */
export class ScriptedExchange implements Exchange {
  readonly request: UpstreamRequest;
  /** How often `resume` was called. */
  resumed = 0;
  isAborted = false;
  readonly #listener: ReplyListener;
  #phase: Phase = 'connecting';
  #paused = false;

  constructor(request: UpstreamRequest, listener: ReplyListener) {
    this.request = request;
    this.#listener = listener;
  }

  abort(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.isAborted = true;
  }

  resume(): void {
    this.resumed += 1;
    this.#paused = false;
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  get isReplying(): boolean {
    return this.#phase === 'replying';
  }

  /** The request is on its way. */
  sent(): this {
    this.#goOn('connecting', 'sent');
    this.#listener.sent();
    return this;
  }

  /** The request is on its way and the reply's head is here. */
  head(status: number = 200, headers: readonly string[] = []): this {
    if (this.#phase === 'connecting') this.sent();
    this.#goOn('sent', 'replying');
    this.#listener.head({ status, reason: 'as the test says', headers });
    return this;
  }

  /** A piece of the body. Answers what the listener answered: false when it wants no more for now. */
  data(text: string): boolean {
    this.#goOn('replying', 'replying');
    if (this.#paused) throw new Error('a transport gives nothing while it is told to wait');
    const wantsMore = this.#listener.data(Buffer.from(text));
    this.#paused = !wantsMore;
    return wantsMore;
  }

  end(): void {
    this.#goOn('replying', 'over');
    this.#listener.end();
  }

  /** A complete reply. */
  answer(text: string = 'answer', status: number = 200): void {
    this.head(status).data(text);
    this.end();
  }

  /** Goes one step on, whatever the next one is, unless it is told to wait. */
  goOn(): void {
    if (this.#phase === 'connecting') this.sent();
    else if (this.#phase === 'sent') this.head();
    else if (!this.#paused) this.data('xy');
  }

  /** Goes on to the end of the reply, unless it is told to wait. */
  finish(): void {
    if (this.#phase !== 'replying') this.head();
    if (!this.#paused) this.end();
  }

  /** The exchange fails, with what is certain at this point. */
  fail(kind: FailureKind, { reused = false }: { readonly reused?: boolean } = {}): void {
    if (this.#phase === 'connecting' && !UNSENT.has(kind)) this.sent();
    const facts = { sent: this.#phase !== 'connecting', received: this.#phase === 'replying', reused };
    if (this.#phase === 'over') throw new Error('a transport says nothing after the end');
    this.#phase = 'over';
    this.#listener.failed(new TransportFailure(kind, facts));
  }

  #goOn(from: Phase, to: Phase): void {
    if (this.#phase !== from) throw new Error(`no transport says this while the exchange is ${this.#phase}`);
    this.#phase = to;
  }
}
