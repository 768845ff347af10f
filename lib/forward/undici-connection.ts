import type { Socket } from 'node:net';

import { Client } from 'undici';

import { connectSocket, type ConnectOptions } from './connect-socket.ts';
import type { UndiciExchange } from './undici-exchange.ts';
import { UndiciSocket } from './undici-socket.ts';

/** Reply heads beyond this are malformed. Pazpar2's take about 300 bytes. */
const MAX_HEAD_SIZE = 16 * 1024;

/** Hears when connections come and go. */
export interface ConnectionWatcher {
  opened(): void;
  closed(): void;
  /** The connection ended while it carried nothing. */
  ended(connection: UndiciConnection): void;
}

/**
 * One undici client, which means one connection at a time, and one exchange at a time. Not undici's Pool: that does not tell
 * which connection carries a request, cannot give up a connection attempt, and opens a useless connection after every abort.
 */
export class UndiciConnection {
  readonly #client: Client;
  readonly #watcher: ConnectionWatcher;
  #socket: Socket | undefined;
  #guarded: UndiciSocket | undefined;
  #carrying = false;

  constructor(options: ConnectOptions, keepAliveTimeout: number, watcher: ConnectionWatcher) {
    this.#watcher = watcher;
    this.#client = new Client(options.address.origin, {
      connect: (_, callback) => {
        const socket = this.#connect(options, (error) => {
          if (error === undefined) callback(null, socket);
          else callback(error, null);
        });
      },
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout,
      maxHeaderSize: MAX_HEAD_SIZE,
    });
    this.#client.on('disconnect', () => {
      if (!this.#carrying) watcher.ended(this);
    });
  }

  /** Starts an exchange. Connects first if there is no connection, or no longer. */
  carry(exchange: UndiciExchange): void {
    this.#carrying = true;
    const { method, target, headers, body } = exchange.request;
    this.#client.dispatch(
      { method, path: target, headers: [...headers], body: body ?? null, reset: !exchange.kept },
      exchange,
    );
  }

  /** The exchange is over, the connection may serve another. */
  release(): void {
    this.#carrying = false;
  }

  /** Closes at once, also while connecting. */
  destroy(): void {
    this.#client.destroy(null, () => undefined);
    // undici knows a socket only once it is connected.
    this.#socket?.destroy();
  }

  /** What is known of the present connection; none before the first. */
  get socket(): UndiciSocket | undefined {
    return this.#guarded;
  }

  #connect(options: ConnectOptions, done: (error?: Error) => void): Socket {
    const socket = connectSocket(options, (failure) => {
      if (failure !== undefined) return done(failure);
      this.#guarded = new UndiciSocket(socket);
      this.#watcher.opened();
      socket.once('close', () => this.#watcher.closed());
      return done();
    });
    this.#socket = socket;
    return socket;
  }
}
