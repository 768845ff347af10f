import type { Socket } from 'node:net';

import { errorCode } from './connect-failure.ts';
import { StatusLineReader } from './status-line-reader.ts';

/**
 * Stands between a socket and undici's client, whose reading of it is not what a balancer needs (undici 7.30):
 * - a connection that ends or is reset while the reply is paused throws out of an event handler and ends the process;
 * - a reset in the middle of a reply that is framed by the end of the connection passes for that end;
 * - an alert of TLS that comes after the handshake, such as that a certificate is needed, ends a connection as if in peace;
 * - status lines: see `StatusLineReader`.
 * It also knows for certain whether anything arrived, parsed or not.
 */
export class UndiciSocket {
  readonly #socket: Socket;
  readonly #push: Socket['push'];
  readonly #destroy: Socket['destroy'];
  readonly #statusLine = new StatusLineReader();
  #requests = 0;
  #received = false;
  #cut = false;
  #paused = false;
  #alert: Error | undefined;
  /** The end, or the error, that waits until the reply goes on. */
  #held: 'end' | Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#push = socket.push.bind(socket);
    this.#destroy = socket.destroy.bind(socket);
    socket.push = (chunk: Buffer | null) => this.#arrived(chunk);
    socket.destroy = (error?: Error) => this.#destroyed(error);
    socket.on('error', (error: Error) => {
      if (isTlsError(error)) this.#alert = new ConnectionBroken(error);
    });
  }

  /** A request is about to be written. */
  begin(): void {
    this.#requests += 1;
    this.#received = false;
    this.#statusLine.begin();
  }

  /** The present request is not the first on this connection. */
  get reused(): boolean {
    return this.#requests > 1;
  }

  /** At least one byte arrived since the present request began. */
  get received(): boolean {
    return this.#received;
  }

  /** The other side, or the network, ended the connection. */
  get cut(): boolean {
    return this.#cut;
  }

  /** The final reply's reason phrase (latin1). */
  get reason(): string | undefined {
    return this.#statusLine.reason;
  }

  pause(): void {
    this.#paused = true;
  }

  /** Lets the reply go on by `proceed`, then the end of the connection, if that came meanwhile. */
  resume(proceed: () => void): void {
    this.#paused = false;
    proceed();
    this.#release();
  }

  #arrived(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.#cut = true;
      this.#held ??= this.#alert ?? 'end';
      // Later, when undici has read what came before: reading it may pause the reply.
      process.nextTick(() => this.#release());
      return false;
    }
    if (chunk.length > 0) this.#received = true;
    const passed = this.#statusLine.read(chunk);
    return passed === undefined ? true : this.#push(passed);
  }

  #destroyed(error?: Error): Socket {
    if (error === undefined || !isSystemError(error)) return this.#destroy(error);
    this.#cut = true;
    this.#held = new ConnectionBroken(error);
    this.#release();
    return this.#socket;
  }

  #release(): void {
    if (this.#paused || this.#held === undefined) return;
    const held = this.#held;
    this.#held = undefined;
    if (held !== 'end') {
      this.#destroy(held);
      return;
    }
    const rest = this.#statusLine.end();
    if (rest !== undefined) this.#push(rest);
    this.#push(null);
    this.#socket.read(0);
  }
}

/** A system error under another code than its own: undici takes ECONNRESET for a permissible end. */
export class ConnectionBroken extends Error {
  readonly code = 'ERR_CONNECTION_BROKEN';

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'ConnectionBroken';
  }
}

function isSystemError(error: Error): boolean {
  return 'syscall' in error || isTlsError(error);
}

function isTlsError(error: Error): boolean {
  return errorCode(error).startsWith('ERR_SSL_');
}
