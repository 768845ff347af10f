import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CompleteReply } from '../forward/forwarding.ts';
import { endToEndHeaders } from '../forward/reply-headers.ts';
import type { ReplyHead } from '../forward/transport.ts';

/** Passes a member's reply on to the client as it comes, as fast as the client takes it. */
export class ReplyRelay {
  readonly #response: ServerResponse;
  /** HEAD went out as GET, so its reply has a body that the client must not get (RFC 9110, 9.3.2). */
  readonly #dropsBody: boolean;
  readonly #resume: () => void;
  #head: ReplyHead | undefined;
  #begun = false;
  #hearsOfDrain = false;
  /** Bytes of body passed on. */
  bytes = 0;

  constructor(request: IncomingMessage, response: ServerResponse, resume: () => void) {
    this.#response = response;
    this.#dropsBody = request.method === 'HEAD';
    this.#resume = resume;
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
    if (this.#dropsBody) return true;
    this.#begin();
    this.bytes += chunk.length;
    if (this.#response.write(chunk)) return true;
    this.#hearOfDrain();
    return false;
  }

  end(): void {
    this.#begin();
    this.#response.end();
  }

  /** A reply that was held back, perhaps with another body than the member sent. */
  complete(reply: CompleteReply): void {
    this.head(reply.head);
    this.#begin();
    this.#response.setHeader('Content-Length', reply.body.length);
    if (this.#dropsBody) {
      this.#response.end();
      return;
    }
    this.bytes += reply.body.length;
    this.#response.end(reply.body);
  }

  /** Cuts the connection, so that a reply which ended too early is not taken for a complete one. */
  destroy(): void {
    this.#response.destroy();
  }

  #begin(): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#head = undefined;
    this.#begun = true;
    this.#response.statusCode = head.status;
    this.#response.statusMessage = head.reason;
    this.#setHeaders(endToEndHeaders(head.headers));
  }

  /** Once and for good: a compressing middleware has `on` hand over to its own stream, and `once` cannot take back what it put there. */
  #hearOfDrain(): void {
    if (this.#hearsOfDrain) return;
    this.#hearsOfDrain = true;
    this.#response.on('drain', this.#resume);
  }

  #setHeaders(headers: readonly string[]): void {
    const seen = new Set<string>();
    for (let index = 0; index + 1 < headers.length; index += 2) {
      const name = headers[index] ?? '';
      const value = headers[index + 1] ?? '';
      const lower = name.toLowerCase();
      if (seen.has(lower)) this.#response.appendHeader(name, value);
      else this.#response.setHeader(name, value);
      seen.add(lower);
    }
  }
}
