import { createProxyMiddleware } from 'http-proxy-middleware';
import type { RequestHandler } from 'http-proxy-middleware';
import { afterWaitingEvents, systemClock } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import type { MemberTls } from '../../cluster/member-tls.ts';
import { BalancerError } from '../../errors.ts';
import type { ForwardSettings } from '../forward-settings.ts';
import { parseMemberUrl } from '../member-url.ts';
import { secureConnection } from '../secure-connection.ts';
import type { Exchange, ReplyListener, Transport, UpstreamRequest } from '../transport.ts';
import { ConnectFirstAgent } from './connect-first-agent.ts';
import { ProxiedExchange } from './proxied-exchange.ts';
import { listenerOf } from './proxied-message.ts';

/** The member that the transport leads to. */
export interface HttpTransportMember {
  /** `http://host:port[/path]`, `https://…` or `unix:/socket/path[:/path]`. */
  readonly url: string;
  /** For an https member, where something differs from the defaults. */
  readonly tls?: MemberTls | undefined;
}

type HttpTransportSettings = Pick<
  ForwardSettings,
  'connectTimeout' | 'keepAliveTimeout' | 'replyTimeout' | 'idleTimeout' | 'bodyTimeout'
>;

/** The time limits that count are the attempt's; the proxy's own only keeps a connection from being forgotten. */
const PROXY_TIMEOUT_SLACK = 10_000;

/** A way to the member: kept connections, or new ones that end with the reply. */
interface Way {
  readonly agent: ConnectFirstAgent;
  readonly proxy: RequestHandler;
}

/**
 * Any application server: every method, uploads and downloads of any size, tunnels. Built on http-proxy-middleware, which gets the target
 * from the start, an agent that connects first, requests whose headers are final, and a time limit.
 */
export class HttpTransport implements Transport {
  readonly portFallbacks = 0;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #kept: Way;
  readonly #fresh: Way;

  /** @throws {TypeError} if the URL is none. */
  constructor(member: HttpTransportMember, settings: HttpTransportSettings, clock: Clock = systemClock) {
    const { connectTimeout, keepAliveTimeout, replyTimeout, idleTimeout, bodyTimeout } = settings;
    const address = parseMemberUrl(member.url);
    this.#host = address.origin.host;
    this.#clock = clock;
    const timeout = Math.max(replyTimeout, idleTimeout, bodyTimeout) + PROXY_TIMEOUT_SLACK;
    const secure = address.secure ? secureConnection(address, member.tls) : undefined;
    const connecting = { address, connectTimeout, clock, secure };
    this.#kept = createWay(new ConnectFirstAgent({ ...connecting, keepAliveTimeout }), timeout);
    this.#fresh = createWay(new ConnectFirstAgent({ ...connecting, keepAliveTimeout: 0 }), timeout);
  }

  get connections(): number {
    return this.#kept.agent.open + this.#fresh.agent.open;
  }

  /** @throws BalancerError REQUEST_MALFORMED for a target that the proxy cannot read */
  send(request: UpstreamRequest, listener: ReplyListener): Exchange {
    checkTarget(request.target);
    const way = request.connection === 'fresh' ? this.#fresh : this.#kept;
    way.agent.begun();
    const exchange = new ProxiedExchange(request, listener, {
      host: this.#host,
      clock: this.#clock,
      ended: () => way.agent.ended(),
    });
    // What waits on kept connections is heard first: an end, or bytes that the request would take for its reply.
    if (way.agent.hasIdle) afterWaitingEvents(() => begin(way, exchange), undefined);
    else begin(way, exchange);
    return exchange;
  }

  async close(): Promise<void> {
    await Promise.all([this.#kept.agent.close(), this.#fresh.agent.close()]);
  }
}

function createWay(agent: ConnectFirstAgent, proxyTimeout: number): Way {
  const proxy = createProxyMiddleware({
    // The agent knows the address, and speaks TLS where that is wanted.
    target: { protocol: 'http:', hostname: 'localhost', host: 'localhost', port: 80 },
    agent,
    proxyTimeout,
    selfHandleResponse: true,
    ejectPlugins: true,
    plugins: [
      (server) => {
        server.on('proxyReq', (proxyRequest, request) => listenerOf(request).connected(proxyRequest));
        server.on('proxyRes', (reply, request) => listenerOf(request).replied(reply));
        server.on('error', (error, request) => {
          if (request !== undefined) listenerOf(request).failed(error);
        });
      },
    ],
  });
  return { agent, proxy };
}

/** The proxy reads the target as a URL, in which an authority may stand behind two slashes; it would drop the request in silence. */
function checkTarget(target: string): void {
  if (!/^\/[/\\]/.test(target) || URL.canParse(target, 'http://localhost')) return;
  throw new BalancerError('REQUEST_MALFORMED', 'the path begins with two slashes');
}

function begin({ proxy }: Way, exchange: ProxiedExchange): void {
  if (exchange.isOver) return;
  void proxy(exchange.request, exchange.response.asServerResponse());
}
