import * as z from 'zod';
import type { MemberSettings } from '../cluster/member-settings.ts';
import type { ForwardSettings } from '../forward/forward-settings.ts';
import { parseBoolean, parseChoice } from './choice.ts';
import type {
  ClusterConfig,
  GatewayClusterConfig,
  EntranceConfig,
  GatewayConfig,
  LimitsConfig,
  ShimConfig,
  SigningConfig,
} from './config.ts';
import { parseCors } from './cors.ts';
import {
  CLUSTER_DEFAULTS,
  FORWARD_DEFAULTS,
  GATEWAY_CLUSTER_DEFAULTS,
  GATEWAY_DEFAULTS,
  ENTRANCE_DEFAULTS,
  LIMITS_DEFAULTS,
  MEMBER_DEFAULTS,
  SIGNING_DEFAULTS,
} from './defaults.ts';
import { type Duration, parseDurationWithin } from './duration.ts';
import { parseListenAddress } from './listen-address.ts';
import { checkMemberUrl } from './member-url.ts';
import { parseAllowedSettings, parseCommandNames, parseServices, policyConfig } from './policy.ts';
import type { Policy } from './policy-options.ts';
import { parseAddressList } from './address-list.ts';
import { parseMountPath } from './mount-path.ts';
import { parseHundredths, parseWholeNumber, type Range } from './number.ts';
import {
  CLUSTER_RANGES,
  FORWARD_RANGES,
  GATEWAY_RANGES,
  LIMITS_RANGES,
  MEMBER_RANGES,
  POLICY_RANGES,
  RATE_RANGES,
  SIGNING_RANGES,
} from './ranges.ts';
import { Refusal } from './refusal.ts';
import { parseRoute } from './route.ts';
import { parseBinding, parseKeyId, parseSecret } from './signing.ts';
import { parseSizeWithin, type Size } from './size.ts';
import type { Rate } from '../limits/rate-limit.ts';
import { suggest } from './suggestion.ts';
import { parseTrustProxy } from './trust-proxy.ts';

const POLICY_PRESET_NAMES = ['public', 'trusted'] as const;

type Parsed<Config extends ClusterConfig> = Omit<Config, 'name' | 'forward' | 'limits' | 'signing'> &
  ForwardSettings & {
    readonly limits?: LimitsConfig | undefined;
    readonly signing?: SigningConfig | undefined;
  };

/** A cluster's options, read: the limits still stand beside the rest. */
export type ParsedCluster = Parsed<ClusterConfig>;
export type ParsedGatewayCluster = Parsed<GatewayClusterConfig>;
/** The gateway's options, read, with the clusters by name. */
export type ParsedGateway = Omit<GatewayConfig, 'clusters'> & {
  readonly clusters: Readonly<Record<string, ParsedGatewayCluster>>;
};
export type ParsedShim = Omit<ShimConfig, 'forward'> & ForwardSettings;

export const memberSchema: z.ZodType<MemberSettings> = z.strictObject({
  url: option(checkMemberUrl),
  route: option(parseRoute),
  loadFactor: hundredths(MEMBER_RANGES.loadFactor, MEMBER_DEFAULTS.loadFactor),
  direct: flag(MEMBER_DEFAULTS.direct),
  state: choice(['enabled', 'draining', 'disabled', 'stopped'], MEMBER_DEFAULTS.state),
  connections: choice(['auto', 'kept', 'fresh'], MEMBER_DEFAULTS.connections),
});

const forward = {
  retry: duration(FORWARD_RANGES.retry, FORWARD_DEFAULTS.retry),
  connectTimeout: duration(FORWARD_RANGES.connectTimeout, FORWARD_DEFAULTS.connectTimeout),
  replyTimeout: duration(FORWARD_RANGES.replyTimeout, FORWARD_DEFAULTS.replyTimeout),
  blockingReplyTimeout: duration(FORWARD_RANGES.blockingReplyTimeout, FORWARD_DEFAULTS.blockingReplyTimeout),
  idleTimeout: duration(FORWARD_RANGES.idleTimeout, FORWARD_DEFAULTS.idleTimeout),
  requestTimeout: duration(FORWARD_RANGES.requestTimeout, FORWARD_DEFAULTS.requestTimeout),
  retryPause: duration(FORWARD_RANGES.retryPause, FORWARD_DEFAULTS.retryPause),
  keepAliveTimeout: duration(FORWARD_RANGES.keepAliveTimeout, FORWARD_DEFAULTS.keepAliveTimeout),
  maxBlocking: count(FORWARD_RANGES.maxBlocking, FORWARD_DEFAULTS.maxBlocking),
  maxQuick: count(FORWARD_RANGES.maxQuick, FORWARD_DEFAULTS.maxQuick),
  maxQueue: count(FORWARD_RANGES.maxQueue, FORWARD_DEFAULTS.maxQueue),
  queueTimeout: duration(FORWARD_RANGES.queueTimeout, FORWARD_DEFAULTS.queueTimeout),
  maxInitRate: count(FORWARD_RANGES.maxInitRate, FORWARD_DEFAULTS.maxInitRate),
  maxBodySize: size(FORWARD_RANGES.maxBodySize, FORWARD_DEFAULTS.maxBodySize),
};

const signing = z.strictObject({
  keys: z
    .array(z.strictObject({ id: option(parseKeyId), secret: option(parseSecret) }))
    .min(1, 'must have at least one key'),
  required: flag(SIGNING_DEFAULTS.required),
  maxAge: duration(SIGNING_RANGES.maxAge, SIGNING_DEFAULTS.maxAge),
  bind: option(parseBinding).prefault(SIGNING_DEFAULTS.bind),
});

const policyObject = z.strictObject(
  {
    preset: choice(POLICY_PRESET_NAMES, 'public'),
    mode: option((value) => parseChoice<'enforce' | 'report'>(value, ['enforce', 'report'])).optional(),
    allowCommands: option(parseCommandNames).optional(),
    denyCommands: option(parseCommandNames).optional(),
    settings: option(parseAllowedSettings).optional(),
    xmlBodies: option(parseBoolean).optional(),
    services: option(parseServices).optional(),
    maxNum: option((value) => parseWholeNumber(value, POLICY_RANGES.maxNum)).optional(),
    maxQueryLength: option((value) => parseWholeNumber(value, POLICY_RANGES.maxQueryLength)).optional(),
    maxParameters: option((value) => parseWholeNumber(value, POLICY_RANGES.maxParameters)).optional(),
  },
  { error: ({ input }) => noPolicy(input) },
);

const access = { allow: addresses(), deny: addresses() };

const entrance = z.strictObject({
  policy: policy(ENTRANCE_DEFAULTS.policy),
  path: option(parseMountPath).optional(),
  listener: choice(['public', 'internal'], ENTRANCE_DEFAULTS.listener),
  token: option(parseSecret).optional(),
  ...access,
});

const limitsObject = z.strictObject(
  {
    perAddress: z
      .strictObject({
        init: rate(LIMITS_DEFAULTS.perAddress.init),
        search: rate(LIMITS_DEFAULTS.perAddress.search),
        other: rate(LIMITS_DEFAULTS.perAddress.other),
      })
      .prefault({}),
    perSession: z
      .strictObject({
        search: rate(LIMITS_DEFAULTS.perSession.search),
        other: rate(LIMITS_DEFAULTS.perSession.other),
      })
      .prefault({}),
    maxBlockedPerSession: count(LIMITS_RANGES.maxBlockedPerSession, LIMITS_DEFAULTS.maxBlockedPerSession),
    maxSessionsPerAddress: count(LIMITS_RANGES.maxSessionsPerAddress, LIMITS_DEFAULTS.maxSessionsPerAddress),
    ipv6Prefix: count(LIMITS_RANGES.ipv6Prefix, LIMITS_DEFAULTS.ipv6Prefix),
  },
  'must be "off" or an object with limits',
);

const limits = z
  .preprocess((value) => (value === 'off' ? undefined : (value ?? 'null')), limitsObject.optional())
  .prefault({});

const cluster = {
  ...forward,
  members: z.array(memberSchema).min(1, 'must have at least one member'),
  lbMethod: choice(['byrequests'], CLUSTER_DEFAULTS.lbMethod),
  policy: policy(CLUSTER_DEFAULTS.policy),
  access: z.strictObject(access).prefault({}),
  entrances: z.array(entrance.transform(toEntrance)).prefault([]),
  limits,
  sessionTimeout: duration(CLUSTER_RANGES.sessionTimeout, CLUSTER_DEFAULTS.sessionTimeout),
  signing: signing.optional(),
  removeAfter: duration(CLUSTER_RANGES.removeAfter, CLUSTER_DEFAULTS.removeAfter),
  cors: option(parseCors).prefault(CLUSTER_DEFAULTS.cors),
};

const gatewayCluster = z.strictObject({
  path: option(parseMountPath),
  protocol: choice(['pazpar2'], GATEWAY_CLUSTER_DEFAULTS.protocol),
  ...cluster,
});

const admin = z.strictObject({ listen: option(parseListenAddress) });

/** Options of a cluster. */
export const clusterSchema: z.ZodType<ParsedCluster> = z.strictObject(cluster);

/** Options of the gateway. */
export const gatewaySchema: z.ZodType<ParsedGateway> = z.strictObject({
  listen: option(parseListenAddress),
  admin: admin.optional(),
  trustProxy: option(parseTrustProxy).prefault(GATEWAY_DEFAULTS.trustProxy),
  compress: flag(GATEWAY_DEFAULTS.compress),
  shutdownDelay: duration(GATEWAY_RANGES.shutdownDelay, GATEWAY_DEFAULTS.shutdownDelay),
  shutdownTimeout: duration(GATEWAY_RANGES.shutdownTimeout, GATEWAY_DEFAULTS.shutdownTimeout),
  logLevel: choice(['debug', 'info', 'warn', 'error', 'silent'], GATEWAY_DEFAULTS.logLevel),
  clusters: z.record(z.string(), gatewayCluster).refine(hasEntries, 'must have at least one cluster'),
});

/** Options of the shim. */
export const shimSchema: z.ZodType<ParsedShim> = z.strictObject({
  backend: option(checkMemberUrl),
  serverId: option(parseRoute),
  ...forward,
});

/** A policy may be named or written out. */
function policy(fallback: Policy) {
  const written = z.preprocess(
    (value) => (value === 'public' || value === 'trusted' ? { preset: value } : value),
    policyObject,
  );
  return written.transform((parsed) => policyConfig(parsed)).prefault(fallback);
}

function noPolicy(value: unknown): string {
  const nearest = typeof value === 'string' ? suggest(value, POLICY_PRESET_NAMES) : '';
  return `must be "public", "trusted" or an object that overrides parts of a preset${nearest}`;
}

function rate(fallback: Rate) {
  return z
    .strictObject({
      perSecond: option((value) => parseHundredths(value, RATE_RANGES.perSecond)),
      burst: option((value) => parseWholeNumber(value, RATE_RANGES.burst)),
    })
    .prefault(fallback);
}

function addresses() {
  return option(parseAddressList).prefault([]);
}

function toEntrance({
  path,
  token,
  ...rest
}: Omit<EntranceConfig, 'path' | 'token'> & Partial<EntranceConfig>): EntranceConfig {
  return { ...rest, path, token };
}

function duration(range: Range<Duration>, fallback: Duration) {
  return option((value) => parseDurationWithin(value, range)).prefault(fallback);
}

function size(range: Range<Size>, fallback: Size) {
  return option((value) => parseSizeWithin(value, range)).prefault(fallback);
}

function count(range: Range<number>, fallback: number) {
  return option((value) => parseWholeNumber(value, range)).prefault(fallback);
}

function hundredths(range: Range<number>, fallback: number) {
  return option((value) => parseHundredths(value, range)).prefault(fallback);
}

function flag(fallback: boolean) {
  return option(parseBoolean).prefault(fallback);
}

function choice<const T extends string>(choices: readonly T[], fallback: T) {
  return option((value) => parseChoice(value, choices)).prefault(fallback);
}

function hasEntries(clusters: object): boolean {
  return Object.keys(clusters).length > 0;
}

/** An option that `parse` reads. What it refuses becomes an issue, and the other options are still looked at. */
function option<T>(parse: (value: unknown) => T) {
  return z.unknown().transform((value, context): T => {
    try {
      if (value === undefined) throw new Refusal('is missing');
      return parse(value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      context.addIssue({
        code: 'custom',
        message: error.message,
        path: error.index === undefined ? [] : [error.index],
      });
      return z.NEVER;
    }
  });
}
