import type { ReplyHead, ReplyListener, TransportFailure } from '../../lib/forward/transport.ts';

type Call = 'sent' | 'head' | 'data' | 'end' | 'failed';

/** A listener that writes down what it hears, and lets a test wait for it. */
export class ReplyRecorder implements ReplyListener {
  /** Names of the calls, in order. */
  readonly calls: Call[] = [];
  readonly chunks: Buffer[] = [];
  replyHead: ReplyHead | undefined;
  failure: TransportFailure | undefined;
  /** What `data` answers. */
  wantsMore = true;
  /** Called after each call was written down. */
  onCall: (call: Call) => void = () => undefined;
  readonly #waiting: (() => void)[] = [];

  sent(): void {
    this.#heard('sent');
  }

  head(head: ReplyHead): void {
    this.replyHead = head;
    this.#heard('head');
  }

  data(chunk: Buffer): boolean {
    this.chunks.push(chunk);
    this.#heard('data');
    return this.wantsMore;
  }

  end(): void {
    this.#heard('end');
  }

  failed(failure: TransportFailure): void {
    this.failure = failure;
    this.#heard('failed');
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get isOver(): boolean {
    return this.calls.includes('end') || this.calls.includes('failed');
  }

  /** Resolves once the condition holds; it is looked at after every call. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when the exchange is over, with the failure if it failed. */
  async over(): Promise<TransportFailure | undefined> {
    await this.until(() => this.isOver);
    return this.failure;
  }

  #heard(call: Call): void {
    this.calls.push(call);
    this.onCall(call);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
