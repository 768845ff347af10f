import { failure, type PazparError } from './documents.ts';
import type { HttpRequest } from './http-reader.ts';
import type { Reply } from './http-reply.ts';

/** One command on its way: answered at once, later, or never when the client leaves first. */
export class Call {
  readonly request: HttpRequest;
  readonly #send: (reply: Reply) => void;
  #abandoned: (() => void) | undefined;

  constructor(request: HttpRequest, send: (reply: Reply) => void) {
    this.request = request;
    this.#send = send;
  }

  /** Value of an argument, the last one given. */
  argument(name: string): string | undefined {
    return this.request.arguments.get(name);
  }

  /** Answers with a document. */
  answer(document: string, contentType?: string): void {
    this.#send({
      status: 200,
      reason: 'OK',
      document,
      ...(contentType === undefined ? {} : { contentType }),
    });
  }

  /** Answers with an error document. */
  fail(error: PazparError, detail = ''): void {
    this.#send(failure(error, detail));
  }

  /** Calls back when the client leaves before the answer. */
  onAbandon(callback: () => void): void {
    this.#abandoned = callback;
  }

  /** The connection is gone. */
  abandon(): void {
    this.#abandoned?.();
  }
}
