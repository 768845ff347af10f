import type { Socket } from 'node:net';

import { Client } from 'undici';

import { connectSocket, type ConnectOptions } from './connect-socket.ts';
import type { ConnectionPool, PooledConnection } from './connection-pool.ts';
import type { UndiciExchange } from './undici-exchange.ts';
import { UndiciSocket } from './undici-socket.ts';

/** Reply heads beyond this are malformed. Pazpar2's take about 300 bytes. */
const MAX_HEAD_SIZE = 16 * 1024;

/**
 * One undici client, which means one connection at a time, and one exchange at a time. Not undici's Pool: that does not tell
 * which connection carries a request, cannot give up a connection attempt, and opens a useless connection after every abort.
 */
export class UndiciConnection implements PooledConnection {
  readonly #client: Client;
  readonly #pool: ConnectionPool<UndiciConnection>;
  #socket: Socket | undefined;
  #guarded: UndiciSocket | undefined;
  #carrying = false;

  constructor(options: ConnectOptions, keepAliveTimeout: number, pool: ConnectionPool<UndiciConnection>) {
    this.#pool = pool;
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
      if (!this.#carrying) pool.ended(this);
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

  release(): void {
    this.#carrying = false;
  }

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
      this.#pool.opened();
      socket.once('close', () => this.#pool.closed());
      return done();
    });
    this.#socket = socket;
    return socket;
  }
}
