import { TransportFailure } from '../forward/transport.ts';
import type { Exchange, ReplyHead, ReplyListener } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';

/** A question of the balancer's own to a member. */
export interface MemberQuestion {
  /** Query of the target, after the question mark. */
  readonly query: string;
  /** Bytes of the answer's body that are read; the rest is left. */
  readonly limit: number;
}

export interface MemberAnswer {
  readonly head: ReplyHead;
  readonly body: Buffer;
}

/**
 * Asks a member through its own transport, on a new connection where that has a choice. Calls back once, never after `cancel`. What fails because
 * of the way and not of the member is asked once more.
 */
export function askMember(
  upstream: Upstream,
  question: MemberQuestion,
  done: (outcome: MemberAnswer | TransportFailure) => void,
): { cancel(): void } {
  let exchange: Exchange;
  const ask = (mayAskAgain: boolean): void => {
    const reply = new LimitedReply(question.limit, (outcome) => {
      exchange.abort();
      if (mayAskAgain && outcome instanceof TransportFailure && saysNothing(outcome)) ask(false);
      else done(outcome);
    });
    exchange = upstream.transport.send(
      {
        method: 'GET',
        target: `${upstream.endpoint.path}?${question.query}`,
        headers: [],
        body: undefined,
        connection: 'fresh',
      },
      reply,
    );
  };
  ask(true);
  return { cancel: () => exchange.abort() };
}

/** A kept connection had been closed, or the reply is framed as another transport reads it, which then takes over. */
function saysNothing({ kind, reused, received }: TransportFailure): boolean {
  return kind === 'framing' || (reused && !received);
}

/** Takes a reply in, up to a limit of its body. */
class LimitedReply implements ReplyListener {
  readonly #limit: number;
  readonly #done: (outcome: MemberAnswer | TransportFailure) => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #head: ReplyHead | undefined;

  constructor(limit: number, done: (outcome: MemberAnswer | TransportFailure) => void) {
    this.#limit = limit;
    this.#done = done;
  }

  sent(): void {
    // Only the reply matters.
  }

  head(head: ReplyHead): void {
    this.#head = head;
  }

  data(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#limit) return true;
    this.end();
    return false;
  }

  end(): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#done({ head, body: Buffer.concat(this.#chunks).subarray(0, this.#limit) });
  }

  failed(failure: TransportFailure): void {
    this.#done(failure);
  }
}
