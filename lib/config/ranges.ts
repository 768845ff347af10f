import type { ClientsOptions } from './clients-options.ts';
import type { HttpClusterOptions } from './http-options.ts';
import type { Range } from './number.ts';
import type {
  ClusterOptions,
  ForwardOptions,
  GatewayOptions,
  MemberOptions,
  SigningOptions,
} from './options.ts';
import type { PolicyOptions } from './policy-options.ts';
import type { Rate } from '../limits/rate-limit.ts';
import type { FailureOptions } from './failure-options.ts';
import type { HealthOptions } from './health-options.ts';
import type { LimitsOptions } from './limits-options.ts';
import type { FigureOptions } from './figure-method-options.ts';
import type { StickyCookieOptions } from './sticky-options.ts';
import type { MirrorOptions, StatisticsOptions } from './statistics-options.ts';
import type { OutlierOptions } from './outlier-options.ts';

/** What the options of `T` that are amounts take, as one would write it. */
type Ranges<T, Keys extends keyof T> = {
  readonly [K in Keys]-?: Range<NonNullable<T[K]>>;
};

/** Ranges of a member. */
export const MEMBER_RANGES: Ranges<MemberOptions, 'loadFactor' | 'lbSet' | 'max' | 'expectUpdate'> = {
  expectUpdate: [0, '24h'],
  lbSet: [0, 99],
  max: [1, 65_535],
  loadFactor: [0.01, 100],
};

/** Ranges of what failures lead to. */
export const FAILURE_RANGES: Ranges<FailureOptions, 'retry' | 'maxRetry' | 'maxAttempts' | 'retryBudget'> = {
  retry: [0, '1h'],
  maxRetry: [0, '24h'],
  maxAttempts: [1, 8],
  retryBudget: [0, 1],
};

/** Ranges of the limits of forwarding. */
export const FORWARD_RANGES: Ranges<ForwardOptions, Exclude<keyof ForwardOptions, keyof FailureOptions>> = {
  connectTimeout: ['10ms', '10m'],
  replyTimeout: ['10ms', '10m'],
  blockingReplyTimeout: ['10ms', '10m'],
  idleTimeout: ['10ms', '10m'],
  bodyTimeout: ['10ms', '10m'],
  sendTimeout: ['10ms', '10m'],
  requestTimeout: ['10ms', '1h'],
  retryPause: [0, '10s'],
  keepAliveTimeout: ['10ms', '10m'],
  maxBlocking: [1, 65_535],
  maxQuick: [1, 65_535],
  maxQueue: [0, 65_535],
  queueTimeout: ['10ms', '10m'],
  maxInitRate: [1, 250],
  maxBodySize: [0, '64mb'],
};

/** Ranges of a cluster beside its limits of forwarding. */
export const CLUSTER_RANGES: Ranges<
  ClusterOptions,
  'removeAfter' | 'sessionTimeout' | 'slowStart' | 'expectUpdate'
> = {
  expectUpdate: [0, '24h'],
  slowStart: [0, '1h'],
  sessionTimeout: ['9s', '24h'],
  removeAfter: [0, '24h'],
};

/** Ranges of a cluster of protocol `http` beside those that clusters of both have. */
export const HTTP_CLUSTER_RANGES: Ranges<HttpClusterOptions, 'maxRequests' | 'replayBodySize'> = {
  maxRequests: [1, 65_535],
  replayBodySize: [0, '1mb'],
};

/** Ranges of probes. */
export const HEALTH_RANGES: Ranges<HealthOptions, Exclude<keyof HealthOptions, 'beforeReady' | 'http'>> = {
  interval: ['100ms', '1h'],
  fastInterval: ['100ms', '1h'],
  jitter: [0, 0.5],
  timeout: ['10ms', '10m'],
  passes: [1, 100],
  fails: [1, 100],
  maxConcurrent: [1, 1000],
  infoInterval: [0, '1h'],
};

/** Ranges of outliers. */
export const OUTLIER_RANGES: Ranges<OutlierOptions, Exclude<keyof OutlierOptions, 'status'>> = {
  consecutiveFailures: [0, 1000],
  failureShare: [0, 1],
  latencyFactor: [0, 1000],
  minLatency: [0, '10m'],
  window: ['1s', '1h'],
  minRequests: [1, 100_000],
  ejectionTime: ['100ms', '1h'],
  maxEjectionTime: ['100ms', '24h'],
  maxEjected: [0, 1],
};

/** Ranges of a policy's limits. */
export const POLICY_RANGES: Ranges<
  PolicyOptions,
  'maxNum' | 'maxQueryLength' | 'maxParameters' | 'maxBodySize'
> = {
  maxNum: [1, 1_000_000],
  maxQueryLength: [1, 1_048_576],
  maxParameters: [1, 100_000],
  maxBodySize: [0, '64mb'],
};

/** Ranges of what one client may take. */
export const LIMITS_RANGES: Ranges<
  LimitsOptions,
  'maxBlockedPerSession' | 'maxSessionsPerAddress' | 'ipv6Prefix'
> = {
  maxBlockedPerSession: [1, 1000],
  maxSessionsPerAddress: [1, 1_000_000],
  ipv6Prefix: [32, 128],
};

/** Ranges of a rate. */
export const RATE_RANGES: Ranges<Rate, 'perSecond' | 'burst'> = {
  perSecond: [0.01, 1_000_000],
  burst: [1, 1_000_000],
};

/** Ranges of signatures. Session numbers begin anew after 97 days. */
export const SIGNING_RANGES: Ranges<SigningOptions, 'maxAge'> = {
  maxAge: [0, '2328h'],
};

/** Ranges of the cookie that keeps clients on their member. Browsers cut longer lives to 400 days. */
export const STICKY_COOKIE_RANGES: Ranges<StickyCookieOptions, 'maxAge'> = {
  maxAge: [0, '9600h'],
};

/** Ranges of the statistics engine. */
export const STATISTICS_RANGES: Ranges<StatisticsOptions, 'maxRequests'> = {
  maxRequests: [1, 1000],
};

/** Ranges of methods by pushed statistics. */
export const FIGURE_RANGES: Ranges<FigureOptions, 'maxAge' | 'smoothing'> = {
  maxAge: [0, '24h'],
  smoothing: [0, '1h'],
};

/** Ranges of engines that know the same. */
export const MIRROR_RANGES: Ranges<MirrorOptions, 'interval'> = {
  interval: ['1s', '1h'],
};

/** Ranges of the connections of clients. */
export const CLIENTS_RANGES: Ranges<ClientsOptions, keyof ClientsOptions> = {
  maxConnections: [10, 1_000_000],
  headersTimeout: ['1s', '10m'],
  keepAliveTimeout: ['1s', '1h'],
};

/** Ranges of the gateway. */
export const GATEWAY_RANGES: Ranges<GatewayOptions, 'shutdownDelay' | 'shutdownTimeout'> = {
  shutdownDelay: [0, '10m'],
  shutdownTimeout: [0, '1h'],
};
