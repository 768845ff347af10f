import type { Clock } from '../clock.ts';
import type { ConnectionMode } from './transport-member.ts';
import type { TransportFailure, UpstreamRequest } from './transport.ts';

/** A connection as the pool sees it. It tells the pool when it opens, closes and ends. */
export interface PooledConnection {
  /** The exchange is over; the connection may carry another. */
  release(): void;
  /** Closes at once, also while connecting. */
  destroy(): void;
}

/** An exchange as the pool sees it. */
export interface PooledExchange<Connection> {
  readonly request: UpstreamRequest;
  /** The connection is to be kept after the reply. */
  readonly kept: boolean;
  start(connection: Connection, kept: boolean): void;
}

/** Milliseconds that a closed connection holds its local port (TIME_WAIT of Linux). */
const PORT_HELD_MS = 60_000;

/** The connections to one member: which one carries a request, which ones wait, and how many are open. It never queues. */
export class ConnectionPool<Connection extends PooledConnection> {
  readonly #mode: ConnectionMode;
  readonly #clock: Clock;
  readonly #create: (pool: ConnectionPool<Connection>) => Connection;
  /** Kept connections without an exchange. The last one used is taken first, so that the others can time out. */
  readonly #idle: Connection[] = [];
  #open = 0;
  #exchanges = 0;
  #portFallbacks = 0;
  /** No local port was free; until then whatever connection there is will be kept. */
  #portsScarceUntil = 0;
  #closing: Promise<void> | undefined;
  #whenClosed: () => void = () => undefined;

  constructor(mode: ConnectionMode, clock: Clock, create: (pool: ConnectionPool<Connection>) => Connection) {
    this.#mode = mode;
    this.#clock = clock;
    this.#create = create;
  }

  /** Open connections, idle ones included. */
  get open(): number {
    return this.#open;
  }

  /** Requests for a new connection that went out on a kept one, because no local port was free. */
  get portFallbacks(): number {
    return this.#portFallbacks;
  }

  /** Gives a new exchange a connection. */
  start(exchange: PooledExchange<Connection>): void {
    const mode = this.#mode === 'request' ? exchange.request.connection : this.#mode;
    const kept = (mode === 'kept' || this.#portsAreScarce()) && this.#closing === undefined;
    this.#exchanges += 1;
    if (kept && mode === 'fresh' && this.#idle.length > 0) this.#portFallbacks += 1;
    exchange.start(kept ? this.#keptConnection() : this.#create(this), kept);
  }

  /** Gives another connection to an exchange whose kept one ended before anything was sent. */
  restart(exchange: PooledExchange<Connection>): void {
    exchange.start(this.#keptConnection(), exchange.kept);
  }

  /** An exchange got no new connection. Answers true if it was started again on a kept one, which happens at most once. */
  startedAgain(exchange: PooledExchange<Connection>, failure: TransportFailure): boolean {
    if (failure.kind !== 'ports') return false;
    this.#portsScarceUntil = this.#clock.monotonic() + PORT_HELD_MS;
    if (exchange.kept) return false;
    const connection = this.#idle.pop();
    if (connection === undefined) return false;
    this.#portFallbacks += 1;
    exchange.start(connection, true);
    return true;
  }

  /** An exchange ended well and its connection is to be kept, which it is unless the pool closes. */
  completed(connection: Connection): void {
    if (this.#closing === undefined) {
      connection.release();
      this.#idle.push(connection);
    } else {
      connection.destroy();
    }
    this.gone();
  }

  /** An exchange ended in any other way. */
  gone(): void {
    this.#exchanges -= 1;
    this.#settleClose();
  }

  /** A connection was established. */
  opened(): void {
    this.#open += 1;
  }

  /** An established connection was closed. */
  closed(): void {
    this.#open -= 1;
    this.#settleClose();
  }

  /** A connection ended while it carried nothing. */
  ended(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
  }

  /** Closes idle connections now and the others after their exchanges. From now on nothing is kept. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => (this.#whenClosed = resolve));
    for (const connection of this.#idle.splice(0)) connection.destroy();
    this.#settleClose();
    return this.#closing;
  }

  #portsAreScarce(): boolean {
    return this.#portsScarceUntil > 0 && this.#clock.monotonic() < this.#portsScarceUntil;
  }

  #keptConnection(): Connection {
    return this.#idle.pop() ?? this.#create(this);
  }

  #settleClose(): void {
    if (this.#closing !== undefined && this.#exchanges === 0 && this.#open === 0) this.#whenClosed();
  }
}
