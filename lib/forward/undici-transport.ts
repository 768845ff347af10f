import { systemClock, type Clock } from '../clock.ts';
import type { ConnectOptions } from './connect-socket.ts';
import type { ForwardSettings } from './forward-settings.ts';
import { parseMemberUrl } from './member-url.ts';
import type { Exchange, ReplyListener, Transport, TransportFailure, UpstreamRequest } from './transport.ts';
import { UndiciConnection, type ConnectionWatcher } from './undici-connection.ts';
import { UndiciExchange, type ExchangeOwner } from './undici-exchange.ts';

/** The member that a transport leads to. */
export interface TransportMember {
  /** `http://host:port[/path]`, `https://…` or `unix:/socket/path[:/path]`. */
  readonly url: string;
  readonly direct: boolean;
  readonly connections: 'auto' | 'kept' | 'fresh';
  /** Certificates trusted for an https member instead of the system's, PEM. */
  readonly ca?: string;
}

/** Any HTTP/1.1 member: plain, TLS or Unix socket, whatever framing its replies have. Built on undici's `Client`. */
export class UndiciTransport implements Transport {
  readonly #mode: 'auto' | 'kept' | 'fresh';
  readonly #connect: ConnectOptions;
  readonly #keepAliveTimeout: number;
  /** Kept connections without an exchange; the last one used is taken first, so that the others can time out. */
  readonly #idle: UndiciConnection[] = [];
  readonly #events: ConnectionWatcher & ExchangeOwner;
  #open = 0;
  #exchanges = 0;
  #portFallbacks = 0;
  #closing: Promise<void> | undefined;
  #whenClosed: () => void = () => undefined;

  /** @throws {TypeError} if the URL is none. */
  constructor(
    member: TransportMember,
    settings: Pick<ForwardSettings, 'connectTimeout' | 'keepAliveTimeout'>,
    clock: Clock = systemClock,
  ) {
    const address = parseMemberUrl(member.url);
    const plain = !address.secure && address.socketPath === undefined;
    this.#mode = member.connections === 'auto' && !(plain && member.direct) ? 'kept' : member.connections;
    this.#connect = { address, connectTimeout: settings.connectTimeout, clock, ca: member.ca };
    this.#keepAliveTimeout = settings.keepAliveTimeout;
    this.#events = {
      opened: () => void (this.#open += 1),
      closed: () => this.#connectionClosed(),
      ended: (connection) => this.#forget(connection),
      completed: (exchange) => this.#completed(exchange),
      startedAgain: (exchange, failure) => this.#startedAgain(exchange, failure),
      gone: () => this.#exchangeEnded(),
    };
  }

  get connections(): number {
    return this.#open;
  }

  /** Requests for a new connection that went out on a kept one, because no local port was free. */
  get portFallbacks(): number {
    return this.#portFallbacks;
  }

  send(request: UpstreamRequest, listener: ReplyListener): Exchange {
    const mode = this.#mode === 'auto' ? request.connection : this.#mode;
    const kept = mode === 'kept' && this.#closing === undefined;
    const exchange = new UndiciExchange(request, listener, this.#events);
    this.#exchanges += 1;
    exchange.start(kept ? this.#keptConnection() : this.#newConnection(), kept);
    return exchange;
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => (this.#whenClosed = resolve));
    for (const connection of this.#idle.splice(0)) connection.destroy();
    this.#settleClose();
    return this.#closing;
  }

  #keptConnection(): UndiciConnection {
    return this.#idle.pop() ?? this.#newConnection();
  }

  #newConnection(): UndiciConnection {
    return new UndiciConnection(this.#connect, this.#keepAliveTimeout, this.#events);
  }

  #completed(exchange: UndiciExchange): void {
    const { connection } = exchange;
    if (exchange.kept && connection !== undefined) {
      if (this.#closing === undefined) this.#rest(connection);
      else connection.destroy();
    }
    this.#exchangeEnded();
  }

  #rest(connection: UndiciConnection): void {
    connection.release();
    this.#idle.push(connection);
  }

  #forget(connection: UndiciConnection): void {
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
  }

  #startedAgain(exchange: UndiciExchange, failure: TransportFailure): boolean {
    if (failure.kind !== 'ports' || exchange.kept || this.#closing !== undefined) return false;
    this.#portFallbacks += 1;
    exchange.start(this.#keptConnection(), true);
    return true;
  }

  #exchangeEnded(): void {
    this.#exchanges -= 1;
    this.#settleClose();
  }

  #connectionClosed(): void {
    this.#open -= 1;
    this.#settleClose();
  }

  #settleClose(): void {
    if (this.#closing !== undefined && this.#exchanges === 0 && this.#open === 0) this.#whenClosed();
  }
}
