import { systemClock, type Clock } from '../../clock.ts';
import { ConnectionPool } from '../connection-pool.ts';
import type { ForwardSettings } from '../forward-settings.ts';
import { parseMemberUrl } from '../member-url.ts';
import { connectionMode, type TransportMember } from '../transport-member.ts';
import type { Exchange, ReplyListener, Transport, UpstreamRequest } from '../transport.ts';
import { DirectConnection } from './direct-connection.ts';
import { DirectExchange, type ExchangeOwner } from './direct-exchange.ts';
import type { ForeignFraming } from './malformed-reply.ts';
import { RequestHeadWriter } from './request-head.ts';

/**
 * A Pazpar2 reached without TLS and without anything between: reads exactly the replies that it gives, at less cost than
 * a client for all of HTTP. Everything else is malformed.
 */
export class DirectTransport implements Transport {
  readonly #owner: ExchangeOwner;
  readonly #heads: RequestHeadWriter;
  #unsupportedFraming: ForeignFraming | undefined;

  /** @throws {TypeError} if the URL is none, or one of https. */
  constructor(
    member: TransportMember,
    settings: Pick<ForwardSettings, 'connectTimeout' | 'keepAliveTimeout'>,
    clock: Clock = systemClock,
  ) {
    const address = parseMemberUrl(member.url);
    if (address.secure) throw new TypeError('an https member is not direct: use the transport on undici');
    const options = { address, connectTimeout: settings.connectTimeout, clock };
    this.#heads = new RequestHeadWriter(address.origin.host);
    this.#owner = {
      pool: new ConnectionPool(
        connectionMode(member, address),
        clock,
        (pool) => new DirectConnection(options, settings.keepAliveTimeout, pool),
      ),
      unsupportedFraming: (framing) => void (this.#unsupportedFraming = framing),
    };
  }

  get connections(): number {
    return this.#owner.pool.open;
  }

  /** Requests for a new connection that went out on a kept one, because no local port was free. */
  get portFallbacks(): number {
    return this.#owner.pool.portFallbacks;
  }

  /** How the member framed a reply that this transport could not read: then it needs the transport on undici. */
  get unsupportedFraming(): ForeignFraming | undefined {
    return this.#unsupportedFraming;
  }

  /** @throws {TypeError} if the request's target or headers would break the message. */
  send(request: UpstreamRequest, listener: ReplyListener): Exchange {
    const head = this.#heads.write(request);
    const exchange = new DirectExchange(request, head, listener, this.#owner);
    this.#owner.pool.start(exchange);
    return exchange;
  }

  close(): Promise<void> {
    return this.#owner.pool.close();
  }
}
