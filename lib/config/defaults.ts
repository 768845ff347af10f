import type {
  ClusterOptions,
  ForwardOptions,
  GatewayClusterOptions,
  GatewayOptions,
  MemberOptions,
  SigningOptions,
} from './options.ts';
import type { AccessOptions, EntranceOptions } from './policy-options.ts';

/** The options that may be left out, each with its default, as one would write it. */
type Defaults<T, Without extends keyof T = never> = {
  readonly [K in Exclude<keyof T, Without> as undefined extends T[K] ? K : never]-?: NonNullable<T[K]>;
};

/** Defaults of a member. */
export const MEMBER_DEFAULTS: Defaults<MemberOptions> = {
  loadFactor: 1,
  direct: true,
  state: 'enabled',
  connections: 'auto',
};

/** Defaults of the limits of forwarding. */
export const FORWARD_DEFAULTS: Defaults<ForwardOptions> = {
  retry: '60s',
  connectTimeout: '2s',
  replyTimeout: '30s',
  blockingReplyTimeout: '150s',
  idleTimeout: '60s',
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
  keyof ForwardOptions | 'signing' | 'access' | 'entrances'
> = {
  lbMethod: 'byrequests',
  policy: 'public',
  removeAfter: '10m',
  cors: false,
};

/** Defaults of signatures. There are none unless keys are given. */
export const SIGNING_DEFAULTS: Defaults<SigningOptions> = {
  required: true,
  maxAge: 0,
  bind: 'none',
};

/** Defaults of an entrance. Conditions are those that are given. */
export const ENTRANCE_DEFAULTS: Defaults<EntranceOptions, keyof AccessOptions | 'path' | 'token'> = {
  policy: 'trusted',
  listener: 'public',
};

/** What a cluster of the gateway has beside that. */
export const GATEWAY_CLUSTER_DEFAULTS: Defaults<GatewayClusterOptions, keyof ClusterOptions> = {
  protocol: 'pazpar2',
};

/** Defaults of the gateway. There is no internal listener unless one is given. */
export const GATEWAY_DEFAULTS: Defaults<GatewayOptions, 'admin'> = {
  trustProxy: false,
  compress: true,
  shutdownDelay: '0s',
  shutdownTimeout: '30s',
  logLevel: 'info',
};
