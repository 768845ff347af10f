import type { Dispatcher } from 'undici';

import { errorCode } from './connect-failure.ts';
import type { ConnectionPool, PooledExchange } from './connection-pool.ts';
import {
  TransportFailure,
  type Exchange,
  type FailureKind,
  type ReplyListener,
  type UpstreamRequest,
} from './transport.ts';
import type { UndiciConnection } from './undici-connection.ts';
import { ConnectionBroken, type UndiciSocket } from './undici-socket.ts';

/** RFC 9112, section 4. undici's parser lets control characters pass, but nobody may be sent them. */
const REASON_PHRASE = /^[\t\x20-\x7E\x80-\xFF]*$/;

const INVALID_REQUEST: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/** One request under way in undici: turns undici's callbacks into a listener's, and its errors into failures. */
export class UndiciExchange
  implements Exchange, PooledExchange<UndiciConnection>, Dispatcher.DispatchHandler
{
  readonly request: UpstreamRequest;
  readonly #listener: ReplyListener;
  readonly #pool: ConnectionPool<UndiciConnection>;
  #kept = false;
  #connection: UndiciConnection | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #sent = false;
  /** The reply ends with its head, though undici misses the body that its Content-Length is about (RFC 9110, section 15.4.5). */
  #bodiless = false;
  #over = false;

  constructor(request: UpstreamRequest, listener: ReplyListener, pool: ConnectionPool<UndiciConnection>) {
    this.request = request;
    this.#listener = listener;
    this.#pool = pool;
  }

  get kept(): boolean {
    return this.#kept;
  }

  start(connection: UndiciConnection, kept: boolean): void {
    this.#connection = connection;
    this.#kept = kept;
    connection.carry(this);
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection?.destroy();
    this.#pool.gone();
  }

  resume(): void {
    // Later: undici's parser, which all connections share, may be at work further up the stack.
    queueMicrotask(() => {
      if (!this.#over) this.#socket?.resume(() => this.#controller?.resume());
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#sent = true;
    this.#socket?.begin();
    this.#listener.sent();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _: unknown,
    statusMessage?: string,
  ): void {
    if (this.#over) return;
    if (status < 200) {
      this.#fail('malformed', new Error(`unexpected status ${status}`));
      return;
    }
    const reason = this.#socket?.reason ?? statusMessage ?? '';
    if (!REASON_PHRASE.test(reason)) {
      this.#fail('malformed', new Error('control character in the reason phrase'));
      return;
    }
    this.#bodiless = status === 304;
    this.#listener.head({ status, reason, headers: headerStrings(controller.rawHeaders) });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // undici shows an empty piece each time a reply goes on.
    if (this.#over || chunk.length === 0 || this.#listener.data(chunk)) return;
    this.#socket?.pause();
    controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#kept && this.#connection !== undefined) this.#pool.completed(this.#connection);
    else this.#pool.gone();
    this.#listener.end();
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#over) return;
    if (!this.#sent) this.#unsent(error);
    else if (this.#bodiless && this.#socket?.cut === false) this.onResponseEnd();
    else this.#fail(failureKind(error, this.#socket), error);
  }

  #unsent(error: Error): void {
    if (error instanceof TransportFailure) {
      if (!this.#pool.startedAgain(this, error)) this.#end(error);
    } else if (INVALID_REQUEST.has(errorCode(error))) {
      // undici calls from within `dispatch`, so this reaches whoever called `send`.
      this.abort();
      throw new TypeError(`request is not canonical: ${error.message}`, { cause: error });
    } else {
      // A kept connection broke while undici made sure that it is still good.
      this.#connection?.destroy();
      this.#pool.restart(this);
    }
  }

  #fail(kind: FailureKind, cause: Error): void {
    const socket = this.#socket;
    const facts = {
      sent: this.#sent,
      received: this.#sent && (socket?.received ?? false),
      reused: this.#sent && (socket?.reused ?? false),
    };
    this.#end(new TransportFailure(kind, facts, cause));
  }

  #end(failure: TransportFailure): void {
    this.#over = true;
    this.#connection?.destroy();
    this.#pool.gone();
    this.#listener.failed(failure);
  }

  get #socket(): UndiciSocket | undefined {
    return this.#connection?.socket;
  }
}

/** Why a reply did not come, or not to its end, once the request was handed over. */
function failureKind(error: Error, socket: UndiciSocket | undefined): FailureKind {
  if (socket === undefined || !socket.cut) return 'malformed';
  if (socket.received) return 'truncated';
  if (!(error instanceof ConnectionBroken)) return 'empty';
  return errorCode(error.cause).startsWith('ERR_SSL_') ? 'tls' : 'reset';
}

/** Name, value, name, value …: bytes as latin1, values without surrounding blanks (RFC 9112, section 5). */
function headerStrings(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((field) =>
    typeof field === 'string' ? field : field.toString('latin1').replace(/[ \t]+$/, ''),
  );
}
