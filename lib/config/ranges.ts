import type { Range } from './number.ts';
import type {
  ClusterOptions,
  ForwardOptions,
  GatewayOptions,
  MemberOptions,
  SigningOptions,
} from './options.ts';
import type { PolicyOptions } from './policy-options.ts';

/** What the options of `T` that are amounts take, as one would write it. */
type Ranges<T, Keys extends keyof T> = {
  readonly [K in Keys]-?: Range<NonNullable<T[K]>>;
};

/** Ranges of a member. */
export const MEMBER_RANGES: Ranges<MemberOptions, 'loadFactor'> = {
  loadFactor: [0.01, 100],
};

/** Ranges of the limits of forwarding. */
export const FORWARD_RANGES: Ranges<ForwardOptions, keyof ForwardOptions> = {
  retry: [0, '1h'],
  connectTimeout: ['10ms', '10m'],
  replyTimeout: ['10ms', '10m'],
  blockingReplyTimeout: ['10ms', '10m'],
  idleTimeout: ['10ms', '10m'],
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
export const CLUSTER_RANGES: Ranges<ClusterOptions, 'removeAfter'> = {
  removeAfter: [0, '24h'],
};

/** Ranges of a policy's limits. */
export const POLICY_RANGES: Ranges<PolicyOptions, 'maxNum' | 'maxQueryLength' | 'maxParameters'> = {
  maxNum: [1, 1_000_000],
  maxQueryLength: [1, 1_048_576],
  maxParameters: [1, 100_000],
};

/** Ranges of signatures. Session numbers begin anew after 97 days. */
export const SIGNING_RANGES: Ranges<SigningOptions, 'maxAge'> = {
  maxAge: [0, '2328h'],
};

/** Ranges of the gateway. */
export const GATEWAY_RANGES: Ranges<GatewayOptions, 'shutdownDelay' | 'shutdownTimeout'> = {
  shutdownDelay: [0, '10m'],
  shutdownTimeout: [0, '1h'],
};
