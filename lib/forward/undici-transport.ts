import { systemClock, type Clock } from '../clock.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { ForwardSettings } from './forward-settings.ts';
import { parseMemberUrl } from './member-url.ts';
import { secureConnection } from './secure-connection.ts';
import { connectionMode, type TransportMember } from './transport-member.ts';
import type { Exchange, ReplyListener, Transport, UpstreamRequest } from './transport.ts';
import { UndiciConnection } from './undici-connection.ts';
import { UndiciExchange } from './undici-exchange.ts';

/** Any HTTP/1.1 member: plain, TLS or Unix socket, whatever framing its replies have. Built on undici's `Client`. */
export class UndiciTransport implements Transport {
  readonly #pool: ConnectionPool<UndiciConnection>;

  /** @throws {TypeError} if the URL is none. */
  constructor(
    member: TransportMember,
    settings: Pick<ForwardSettings, 'connectTimeout' | 'keepAliveTimeout'>,
    clock: Clock = systemClock,
  ) {
    const { connectTimeout, keepAliveTimeout } = settings;
    const address = parseMemberUrl(member.url);
    const secure = address.secure ? secureConnection(address, member.tls) : undefined;
    const options = { address, connectTimeout, clock, secure };
    this.#pool = new ConnectionPool(
      connectionMode(member, address),
      clock,
      (pool) => new UndiciConnection(options, keepAliveTimeout, pool),
    );
  }

  get connections(): number {
    return this.#pool.open;
  }

  /** Requests for a new connection that went out on a kept one, because no local port was free. */
  get portFallbacks(): number {
    return this.#pool.portFallbacks;
  }

  /** @throws {TypeError} if the request's target or headers would break the message. */
  send(request: UpstreamRequest, listener: ReplyListener): Exchange {
    const exchange = new UndiciExchange(request, listener, this.#pool);
    this.#pool.start(exchange);
    return exchange;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
