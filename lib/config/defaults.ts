import type { DecisionCookieOptions } from './decision-options.ts';
import type { ClientsOptions } from './clients-options.ts';
import type {
  ClusterOptions,
  ForwardOptions,
  GatewayClusterOptions,
  GatewayOptions,
  MemberOptions,
  SigningOptions,
} from './options.ts';
import type { AccessOptions, GatewayEntranceOptions, PolicyOptions } from './policy-options.ts';
import type { FailureOptions } from './failure-options.ts';
import type { HealthOptions, HttpProbeOptions } from './health-options.ts';
import type { HttpClusterOptions, HttpForwardOptions } from './http-options.ts';
import type { LimitsConfig } from './config.ts';
import type { FigureOptions } from './figure-method-options.ts';
import type { StickyCookieOptions, StickyOptions } from './sticky-options.ts';
import type { MirrorOptions, StatisticsOptions } from './statistics-options.ts';
import type { TlsOptions } from './tls-options.ts';
import type { OutlierOptions } from './outlier-options.ts';

/** The options that may be left out, each with its default, as one would write it. */
type Defaults<T, Without extends keyof T = never> = {
  readonly [K in Exclude<keyof T, Without> as undefined extends T[K] ? K : never]-?: NonNullable<T[K]>;
};

/** Defaults of a member. */
export const MEMBER_DEFAULTS: Defaults<MemberOptions, 'name' | 'expectUpdate' | 'forward' | 'max' | 'tls'> = {
  loadFactor: 1,
  lbSet: 0,
  role: 'ordinary',
  direct: true,
  state: 'enabled',
  ignoreErrors: false,
  connections: 'auto',
};

/** Defaults of what failures lead to. */
export const FAILURE_DEFAULTS: Defaults<FailureOptions> = {
  retry: '60s',
  maxRetry: '5m',
  maxAttempts: 8,
  retryBudget: 0.5,
  failOnStatus: [],
  failOnTimeout: true,
  forceRecovery: true,
};

/** Defaults of the limits of forwarding. */
export const FORWARD_DEFAULTS: Defaults<ForwardOptions, keyof FailureOptions> = {
  connectTimeout: '2s',
  replyTimeout: '30s',
  blockingReplyTimeout: '150s',
  idleTimeout: '60s',
  bodyTimeout: '60s',
  sendTimeout: '30s',
  requestTimeout: '200s',
  retryPause: '250ms',
  keepAliveTimeout: '20s',
  maxBlocking: 1024,
  maxQuick: 256,
  maxQueue: 256,
  queueTimeout: '5s',
  maxInitRate: 200,
  maxBodySize: '1mb',
};

/** Defaults of a cluster beside its limits of forwarding. */
export const CLUSTER_DEFAULTS: Defaults<
  ClusterOptions,
  | keyof ForwardOptions
  | 'limits'
  | 'health'
  | 'outliers'
  | 'signing'
  | 'decisionCookie'
  | 'access'
  | 'entrances'
  | 'forward'
> = {
  lbMethod: 'byrequests',
  slowStart: 0,
  policy: 'public',
  sessionTimeout: '60s',
  expectUpdate: 0,
  beforeFirstUpdate: 'in',
  removeAfter: '10m',
  cors: false,
};

/** Defaults of what one client may take: pz2.js sends 5 requests a second, and 300 users may sit behind one address. */
export const LIMITS_DEFAULTS: LimitsConfig = {
  perAddress: {
    init: { perSecond: 50, burst: 1000 },
    search: { perSecond: 100, burst: 1000 },
    other: { perSecond: 3000, burst: 10_000 },
  },
  perSession: {
    search: { perSecond: 5, burst: 30 },
    other: { perSecond: 50, burst: 200 },
  },
  maxBlockedPerSession: 8,
  maxSessionsPerAddress: 5000,
  ipv6Prefix: 56,
};

/** Defaults of probes. */
export const HEALTH_DEFAULTS: Defaults<HealthOptions, 'http'> = {
  interval: '5s',
  fastInterval: '1s',
  jitter: 0.1,
  timeout: '2s',
  passes: 2,
  fails: 3,
  maxConcurrent: 10,
  beforeReady: true,
  infoInterval: 0,
};

/** Defaults of probes that ask for a page. */
export const HTTP_PROBE_DEFAULTS: Defaults<HttpProbeOptions, 'body'> = {
  method: 'GET',
  path: '/',
  status: ['200-399'],
};

/** Defaults of outliers. */
export const OUTLIER_DEFAULTS: Defaults<OutlierOptions> = {
  consecutiveFailures: 5,
  failureShare: 0.5,
  latencyFactor: 10,
  minLatency: '1s',
  status: ['502-504'],
  window: '30s',
  minRequests: 20,
  ejectionTime: '30s',
  maxEjectionTime: '5m',
  maxEjected: 0.5,
};

/** Defaults of signatures. There are none unless keys are given. */
export const SIGNING_DEFAULTS: Defaults<SigningOptions> = {
  required: true,
  maxAge: 0,
  bind: 'none',
};

export const DECISION_COOKIE_DEFAULTS: Defaults<DecisionCookieOptions, 'keys'> = {
  name: 'balancer-decision',
  strip: false,
};

/** Defaults of stickiness of protocol `http`. There is none unless a session is named or a cookie asked for. */
export const STICKY_DEFAULTS: Defaults<StickyOptions, 'stickySession' | 'stickyCookie'> = {
  stickySeparator: '.',
  sessionLoss: 'redispatch',
};

/** Defaults of the cookie that is set for it. */
export const STICKY_COOKIE_DEFAULTS: Defaults<StickyCookieOptions, 'path' | 'domain'> = {
  name: 'balancer',
  maxAge: 0,
  secure: 'auto',
  httpOnly: true,
  sameSite: 'lax',
};

/** Defaults of a policy beside those that its preset decides. */
export const POLICY_DEFAULTS: Pick<Defaults<PolicyOptions>, 'preset' | 'mode'> = {
  preset: 'public',
  mode: 'enforce',
};

/** Defaults of an entrance. Conditions are those that are given. */
export const ENTRANCE_DEFAULTS: Defaults<GatewayEntranceOptions, keyof AccessOptions | 'path' | 'token'> = {
  policy: 'trusted',
  listener: 'public',
};

/** Defaults of a cluster of protocol `http`, beside those of limits and stickiness. */
export const HTTP_CLUSTER_DEFAULTS: Defaults<
  Omit<HttpClusterOptions, keyof HttpForwardOptions | keyof StickyOptions>,
  'access' | 'outliers' | 'signing' | 'decisionCookie' | 'forward'
> = {
  lbMethod: CLUSTER_DEFAULTS.lbMethod,
  slowStart: CLUSTER_DEFAULTS.slowStart,
  health: 'off',
  expectUpdate: CLUSTER_DEFAULTS.expectUpdate,
  beforeFirstUpdate: CLUSTER_DEFAULTS.beforeFirstUpdate,
  removeAfter: CLUSTER_DEFAULTS.removeAfter,
  forwardMode: 'redirect',
  preserveHost: false,
  maxRequests: 4096,
  replayBodySize: '64kb',
};

/** What a cluster of the gateway has beside that. */
export const GATEWAY_CLUSTER_DEFAULTS: Defaults<GatewayClusterOptions, keyof ClusterOptions> = {
  protocol: 'pazpar2',
};

/** Defaults of the statistics engine. */
export const STATISTICS_DEFAULTS: Defaults<StatisticsOptions, 'token' | 'mirror'> = {
  path: '/athena',
  allow: ['loopback'],
  updateRate: { perSecond: 100, burst: 1000 },
  maxRequests: 16,
  mixedKinds: false,
  ranges: {},
};

/** Defaults of methods by pushed statistics. */
export const FIGURE_DEFAULTS: Defaults<FigureOptions> = {
  maxAge: '60s',
  smoothing: 0,
  choices: 'all',
  fallback: 'byrequests',
};

/** Defaults of engines that know the same. */
export const MIRROR_DEFAULTS: Defaults<MirrorOptions, 'token' | 'tls'> = {
  peers: [],
  interval: '5s',
};

/** Defaults of the connections of clients. */
export const CLIENTS_DEFAULTS: Defaults<ClientsOptions> = {
  maxConnections: 10_000,
  headersTimeout: '20s',
  keepAliveTimeout: '75s',
};

/** Defaults of TLS on a listener. */
export const TLS_DEFAULTS: Defaults<TlsOptions, 'ca'> = { minVersion: 'TLSv1.2' };

/** Defaults of the gateway. There is no internal listener unless one is given. */
export const GATEWAY_DEFAULTS: Defaults<GatewayOptions, 'admin' | 'clients' | 'statistics' | 'tls'> = {
  trustProxy: false,
  compress: true,
  farmHosts: false,
  shutdownDelay: '0s',
  shutdownTimeout: '30s',
  logLevel: 'info',
};
