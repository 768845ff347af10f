import type { DecisionCookieOptions } from './decision-options.ts';
import type { AdministrativeState, MemberRole, MemberSettings } from '../cluster/member-settings.ts';
import type { ClientsOptions } from './clients-options.ts';
import type { Cors } from './cors.ts';
import type { Duration } from './duration.ts';
import type { SessionBinding } from '../sticky/client-binding.ts';
import type { SigningKey } from '../sticky/session-signature.ts';
import type { FailureOptions } from './failure-options.ts';
import type { HealthOptions } from './health-options.ts';
import type { HttpGatewayClusterOptions } from './http-options.ts';
import type { LimitsOptions } from './limits-options.ts';
import type { FigureMethod, MethodSettings } from '../selection/create-selector.ts';
import type { FigureMethodOptions } from './figure-method-options.ts';
import type { AccessOptions, EntranceOptions, GatewayEntranceOptions, Policy } from './policy-options.ts';
import type { OutlierOptions } from './outlier-options.ts';
import type { Size } from './size.ts';
import type { StatisticsOptions } from './statistics-options.ts';
import type { MemberTlsOptions, TlsOptions } from './tls-options.ts';
import type { TrustProxy } from './trust-proxy.ts';

/**
 * How a member is chosen for a new session.
 *
 * - `byrequests`: new sessions and requests are shared out by load factor, as Apache does.
 * - `bytraffic`: fewest bytes per load factor; `bybusyness`: fewest requests in flight. Both as Apache.
 * - `bysessions`: fewest live sessions per load factor.
 * - `p2c`: the less busy of two members drawn by load factor; `{ method: 'p2c', measure: 'latency' }` goes by latency.
 * - `{ method: 'hash', key }`: requests with the same key go to the same member; `key` is 'address', { parameter: NAME } or { header: NAME }.
 * - `least:NAME`, `most:NAME`, { expression: 'load1/cpus' }: by what servers push to the statistics engine; written out, { least: NAME } and
 *   so on, they take more options.
 * - `heartbeat`: by the places (`ready`) that servers say are free.
 * - a function that gets the candidates and answers a route (not in files).
 */
export type LbMethod =
  | Exclude<MethodSettings, FigureMethod>
  | FigureMethodOptions
  | 'heartbeat'
  | `least:${string}`
  | `most:${string}`;

/** The least severe events that are logged; `silent` logs nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What the members of a cluster speak. */
export type Protocol = 'pazpar2' | 'http';

/** One backend server. */
export interface MemberOptions {
  /**
   * `http://host:port[/path]`, `https://host:port[/path]` or `unix:/path/of/socket[:/path]`,
   * without user name, query or fragment. The path defaults to /search.pz2.
   */
  readonly url: string;
  /** The member's name in session values (`ID.route`): starts with a letter, unique in its cluster, and never changed while sessions live. */
  readonly route: string;
  /** The member's share of new sessions, compared with the other members: 0.01 to 100, two decimals count. Defaults to 1. */
  readonly loadFactor?: number;
  /** Its set: members of a higher one take new sessions only when no lower one can. 0 to 99. Defaults to 0. */
  readonly lbSet?: number;
  /**
   * `ordinary`; `spare`: stands in for an ordinary member of its set that cannot take new sessions; `standby`: takes new sessions only when
   * nobody else of its set can. Defaults to 'ordinary'.
   */
  readonly role?: MemberRole;
  /**
   * False for a member that is reached through a shim, tunnel or other proxy: a refused connection
   * then does not prove that its sessions are lost. Defaults to true.
   */
  readonly direct?: boolean;
  /**
   * `enabled`; `draining`: serves its sessions, takes no new ones; `disabled`: serves nobody, is still probed;
   * `stopped`: serves nobody, is not probed. Defaults to 'enabled'.
   */
  readonly state?: AdministrativeState;
  /**
   * Requests in flight on it, blocking and other commands counted apart, where it takes fewer than the cluster's `maxBlocking` and `maxQuick`
   * allow: 1 to 65535. More wait for it. Defaults to these.
   */
  readonly max?: number;
  /** Failures of requests do not keep new sessions away from it, as Apache's status +I; they are tried elsewhere all the same. Defaults to false. */
  readonly ignoreErrors?: boolean;
  /**
   * `kept` connections are used again, `fresh` ones serve one request. `auto` keeps them for small commands only where the member
   * is direct and reached over plain TCP (Pazpar2 is slow to answer much on a kept connection), and for all elsewhere. Defaults to 'auto'.
   */
  readonly connections?: MemberSettings['connections'];
  /**
   * Its name at the statistics engine: 1 to 64 letters, digits, "_", ".", "~" and "-". Members of several clusters with one name are one
   * server, which pushes once for all. Unique in its cluster. Defaults to the route.
   */
  readonly name?: string;
  /** A complete URL to which requests of its sessions are redirected while it is disabled or stopped. Defaults to none: the session is lost. */
  readonly forward?: string;
  /** As of the cluster, for this member alone. Defaults to that of the cluster. */
  readonly expectUpdate?: Duration;
  /** TLS with an https member, where the defaults do not do: an authority or a name of one's own, a certificate of the balancer. */
  readonly tls?: MemberTlsOptions;
}

/** Limits of forwarding. Each request counts against each limit; the one that is reached first ends it. */
export interface ForwardOptions extends FailureOptions {
  /** Longest time for the TCP and TLS connection: 10ms to 10m. Defaults to '2s'. */
  readonly connectTimeout?: Duration;
  /** Longest time from the request sent to the head of the reply, for commands that do not block: 10ms to 10m. Defaults to '30s'. */
  readonly replyTimeout?: Duration;
  /** The same for commands that block until there are results (`block=1`): 10ms to 10m. Defaults to '150s'. */
  readonly blockingReplyTimeout?: Duration;
  /** Longest pause between two pieces of a reply's body: 10ms to 10m. Defaults to '60s'. */
  readonly idleTimeout?: Duration;
  /** Longest time for the body of a request to arrive: 10ms to 10m. Defaults to '60s'. */
  readonly bodyTimeout?: Duration;
  /**
   * Longest time for a client to take what it was sent, each time it is behind: 10ms to 10m. One that reads more slowly than that is cut
   * off, so that it does not keep its place at the member. Defaults to '30s'.
   */
  readonly sendTimeout?: Duration;
  /** Longest time for a request with all its attempts, pauses and queues: 10ms to 1h. Keep it above `blockingReplyTimeout`. Defaults to '200s'. */
  readonly requestTimeout?: Duration;
  /** Pause before a request is sent to the same member again: 0 to 10s. Defaults to '250ms'. */
  readonly retryPause?: Duration;
  /** How long a kept connection may idle: 10ms to 10m. Keep it below what the member allows. Defaults to '20s'. */
  readonly keepAliveTimeout?: Duration;
  /** Requests in flight on one member whose command may block: 1 to 65535. Defaults to 1024. */
  readonly maxBlocking?: number;
  /** Other requests in flight on one member: 1 to 65535. Defaults to 256. */
  readonly maxQuick?: number;
  /** Requests that wait for one member, counted apart for blocking and other commands: 0 to 65535. 0 lets none wait. Defaults to 256. */
  readonly maxQueue?: number;
  /** How long one of them waits: 10ms to 10m. Defaults to '5s'. */
  readonly queueTimeout?: Duration;
  /** `init` requests that one member gets within any second: 1 to 250. Pazpar2 gives a number twice beyond 256. Defaults to 200. */
  readonly maxInitRate?: number;
  /** Largest request body: 0 to 64mb. It is held in memory. Defaults to '1mb'. */
  readonly maxBodySize?: Size;
}

/** Signatures in session values (`ID-TAG.route`), so that nobody can guess the session of somebody else. */
export interface SigningOptions {
  /** The first signs, all verify: put a new key last everywhere, then first everywhere, then take the old one away. Secrets have at least 22 characters. */
  readonly keys: readonly SigningKey[];
  /** False lets values without a signature pass, for the time in which old ones are still around. Defaults to true. */
  readonly required?: boolean;
  /** How long a value is good, counted from its `init`: 0 (no limit) to 97 days (2328h). Defaults to 0. */
  readonly maxAge?: Duration;
  /** Binds a value to its client: `none`, `address` (its network: /24 of IPv4, /56 of IPv6), `{ header: NAME }` or `{ cookie: NAME }`. Defaults to 'none'. */
  readonly bind?: SessionBinding;
}

/** A cluster: members that serve the same thing, behind one path. */
export interface ClusterOptions extends ForwardOptions {
  /** At least one, in the order that decides ties. */
  readonly members: readonly MemberOptions[];
  /** How a member is chosen for a new session. Defaults to 'byrequests'. */
  readonly lbMethod?: LbMethod;
  /** How long a member that joins or recovers takes to come to its full share of new sessions: 0 to 1h. Defaults to 0. */
  readonly slowStart?: Duration;
  /** What clients may do. Defaults to 'public'. */
  readonly policy?: Policy;
  /** Which addresses may come under `policy`; who comes by an entrance needs to meet only its conditions. Defaults to every address. */
  readonly access?: AccessOptions;
  /** Other ways in, with policies of their own, for server-side clients. The first whose conditions are met counts. Defaults to none. */
  readonly entrances?: readonly EntranceOptions[];
  /** What one client may take, or `off`. Defaults to limits that 300 users behind one address do not reach. */
  readonly limits?: 'off' | LimitsOptions;
  /** How members are probed, or `off`. Defaults to a probe every five seconds. */
  readonly health?: 'off' | HealthOptions;
  /** When a member is ejected because of what became of real requests, or `off`. Defaults to five failures in a row, half of the requests, or ten times the latency of the others. */
  readonly outliers?: 'off' | OutlierOptions;
  /** After which time without a request Pazpar2 ends a session (its `<timeout session>`): 9s to 24h. Used to count live sessions. Defaults to '60s'. */
  readonly sessionTimeout?: Duration;
  /** Signs session values. Defaults to no signature. */
  readonly signing?: SigningOptions;
  /**
   * Within which time pushed statistics are expected: 0 (never) to 24h. A member that does not push in time gets no new sessions until it
   * does. Defaults to 0.
   */
  readonly expectUpdate?: Duration;
  /** Whether a member from which statistics are expected gets new sessions before its first update. Defaults to 'in'. */
  readonly beforeFirstUpdate?: 'in' | 'out';
  /** A complete URL to which new sessions are redirected when no member can take them. Defaults to none: they are answered with 503. */
  readonly forward?: string;
  /** A cookie by which backends steer new sessions. Defaults to none. */
  readonly decisionCookie?: DecisionCookieOptions;
  /** How long a member that was taken out of the cluster still serves its sessions: 0 to 24h. Defaults to '10m'. */
  readonly removeAfter?: Duration;
  /** Pages of which origins may use the cluster: none, all (`true`), or a list such as `['https://library.example']`. Defaults to false. */
  readonly cors?: Cors;
}

/** A cluster of the gateway. */
export interface GatewayClusterOptions extends ClusterOptions {
  /** The path under which it is served, such as "/pazpar2/search.pz2". No two clusters share one. */
  readonly path: string;
  /** As of any cluster, but these may also have paths of their own, and the internal listener. Defaults to none. */
  readonly entrances?: readonly GatewayEntranceOptions[];
  /** What its members speak: 'pazpar2', or 'http' for any web application (which has other options). Defaults to 'pazpar2'. */
  readonly protocol?: 'pazpar2';
}

/** The internal listener: manager, metrics, health. Never open it to the public. */
export interface AdminOptions {
  /** As the gateway's own `listen`, and not equal to it. */
  readonly listen: string;
  /** Speaks TLS there. Left out, it is plain HTTP. */
  readonly tls?: TlsOptions;
}

/** The gateway program. */
export interface GatewayOptions {
  /** `host:port` ("127.0.0.1:8080", "[::1]:8080", "0.0.0.0:80" for every address, port 0 for any free one) or "unix:/path/of/socket". */
  readonly listen: string;
  /** Speaks TLS on the public listener. Left out, it is plain HTTP. */
  readonly tls?: TlsOptions;
  /** The internal listener. Left out, there is none. */
  readonly admin?: AdminOptions;
  /**
   * Which proxies in front are believed about the client (X-Forwarded-For and its kin), as Express's `trust proxy`: true, false, a number
   * of proxies (0 to 32), or addresses, networks and the words loopback, linklocal, uniquelocal. Defaults to false.
   */
  readonly trustProxy?: TrustProxy | string;
  /** The statistics engine on the internal listener, or `off`; on the public one its path is 403. Defaults to one at /athena. */
  readonly statistics?: 'off' | StatisticsOptions;
  /** How many clients may be connected, and how slow they may be. */
  readonly clients?: ClientsOptions;
  /** Compress replies of Pazpar2 for clients that can read it. Defaults to true. */
  readonly compress?: boolean;
  /**
   * A request whose host is the name of a cluster of protocol `http` goes there, whatever its path: for a proxy in front that rewrites
   * "/reports/" to "http://farm_one/reports/", as with mod_athena. Never where clients come straight to us. Defaults to false.
   */
  readonly farmHosts?: boolean;
  /** How long a stopping gateway still accepts connections, so that others notice first: 0 to 10m. Defaults to '0s'. */
  readonly shutdownDelay?: Duration;
  /** How long requests in flight may then take to end: 0 to 1h. Defaults to '30s'. */
  readonly shutdownTimeout?: Duration;
  /** Defaults to 'info'. */
  readonly logLevel?: LogLevel;
  /** By name: letters, digits, "_" and "-", at most 40. At least one. */
  readonly clusters: Readonly<Record<string, GatewayClusterOptions | HttpGatewayClusterOptions>>;
}

/** The shim: a proxy beside one Pazpar2 that has no server id. */
export interface ShimOptions extends ForwardOptions {
  /** Where the Pazpar2 is, as a member's `url`. */
  readonly backend: string;
  /** What is appended to the session value, after a dot: the member's `route` at the balancer. */
  readonly serverId: string;
}
