import * as z from 'zod';
import type { MemberSettings } from '../cluster/member-settings.ts';
import type { ForwardSettings } from '../forward/forward-settings.ts';
import { parseMemberUrl } from '../forward/member-url.ts';
import type { ClusterConfig, HealthConfig, LimitsConfig, ShimConfig, SigningConfig } from './config.ts';
import { parseCors } from './cors.ts';
import {
  CLUSTER_DEFAULTS,
  FORWARD_DEFAULTS,
  LIMITS_DEFAULTS,
  MEMBER_DEFAULTS,
  SIGNING_DEFAULTS,
} from './defaults.ts';
import { decisionCookieSchema, type DecisionCookieConfig } from './decision-schema.ts';
import { failureFields } from './failure-schema.ts';
import { healthSchema } from './health-schema.ts';
import type { OutlierSettings } from '../health/outlier-settings.ts';
import { outlierSchema } from './outlier-schema.ts';
import { parseLbMethod } from './lb-method.ts';
import { checkMemberUrl } from './member-url.ts';
import { parseForwardTarget } from './forward-target.ts';
import { parseWholeNumber } from './number.ts';
import { parseDurationWithin } from './duration.ts';
import { parsePhysicalName } from './physical-name.ts';
import { accessSchema, entranceSchema, policySchema } from './policy-schema.ts';
import { CLUSTER_RANGES, FORWARD_RANGES, LIMITS_RANGES, MEMBER_RANGES, SIGNING_RANGES } from './ranges.ts';
import { parseRoute } from './route.ts';
import { choice, count, duration, flag, hundredths, option, rate, size } from './schema-fields.ts';
import { parseBinding, parseKeyId, parseSecret } from './signing.ts';
import type { FreshnessSettings } from '../statistics/freshness-watch.ts';
import { memberTlsSchema } from './tls-schema.ts';

/** A schema for each part of an object. */
export type Fields<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

/** A cluster's options, read: the limits still stand beside the rest. */
export type ParsedCluster = ParsedCommon &
  Pick<ClusterConfig, 'members' | 'policy' | 'entrances' | 'sessionTimeout' | 'cors'> &
  ForwardSettings & {
    readonly limits?: LimitsConfig | undefined;
    readonly health?: HealthConfig | undefined;
  };
export type ParsedShim = Omit<ShimConfig, 'forward'> & ForwardSettings;

/** Fields of a member of any cluster. */
export const memberFields: Fields<Omit<MemberSettings, 'direct' | 'connections' | 'redirect'>> = {
  url: option(checkMemberUrl),
  route: option(parseRoute),
  loadFactor: hundredths(MEMBER_RANGES.loadFactor, MEMBER_DEFAULTS.loadFactor),
  lbSet: count(MEMBER_RANGES.lbSet, MEMBER_DEFAULTS.lbSet),
  role: choice(['ordinary', 'spare', 'standby'], MEMBER_DEFAULTS.role),
  state: choice(['enabled', 'draining', 'disabled', 'stopped'], MEMBER_DEFAULTS.state),
  max: option((value) => parseWholeNumber(value, MEMBER_RANGES.max)).optional(),
  ignoreErrors: flag(MEMBER_DEFAULTS.ignoreErrors),
  name: option(parsePhysicalName).optional(),
  forward: option(parseForwardTarget).optional(),
  expectUpdate: option((value) => parseDurationWithin(value, MEMBER_RANGES.expectUpdate)).optional(),
  tls: memberTlsSchema.optional(),
};

export const memberSchema: z.ZodType<MemberSettings> = z
  .strictObject({
    ...memberFields,
    direct: flag(MEMBER_DEFAULTS.direct),
    connections: choice(['auto', 'kept', 'fresh'], MEMBER_DEFAULTS.connections),
  })
  .superRefine(checkMemberTls);

/** TLS is said of members that speak it. */
export function checkMemberTls({ url, tls }: MemberSettings, context: z.RefinementCtx): void {
  if (tls === undefined || parseMemberUrl(url).secure) return;
  context.addIssue({
    code: 'custom',
    path: ['tls'],
    message: 'is for members whose `url` begins with https://',
  });
}

/** Fields that limit forwarding. */
export const forwardFields: Fields<ForwardSettings> = {
  ...failureFields,
  connectTimeout: duration(FORWARD_RANGES.connectTimeout, FORWARD_DEFAULTS.connectTimeout),
  replyTimeout: duration(FORWARD_RANGES.replyTimeout, FORWARD_DEFAULTS.replyTimeout),
  blockingReplyTimeout: duration(FORWARD_RANGES.blockingReplyTimeout, FORWARD_DEFAULTS.blockingReplyTimeout),
  idleTimeout: duration(FORWARD_RANGES.idleTimeout, FORWARD_DEFAULTS.idleTimeout),
  bodyTimeout: duration(FORWARD_RANGES.bodyTimeout, FORWARD_DEFAULTS.bodyTimeout),
  sendTimeout: duration(FORWARD_RANGES.sendTimeout, FORWARD_DEFAULTS.sendTimeout),
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

/** What every cluster has beside its members and limits, read. */
export type ParsedCommon = Pick<ClusterConfig, 'lbMethod' | 'slowStart' | 'access' | 'removeAfter'> &
  FreshnessSettings & {
    readonly forward?: string | undefined;
    readonly outliers?: OutlierSettings | undefined;
    readonly signing?: SigningConfig | undefined;
    readonly decisionCookie?: DecisionCookieConfig | undefined;
  };

/** Fields of a cluster of any protocol. */
export const commonFields: Fields<ParsedCommon> = {
  lbMethod: option(parseLbMethod).prefault(() => CLUSTER_DEFAULTS.lbMethod),
  slowStart: duration(CLUSTER_RANGES.slowStart, CLUSTER_DEFAULTS.slowStart),
  access: accessSchema.prefault({}),
  outliers: outlierSchema.prefault({}),
  signing: signing.optional(),
  decisionCookie: decisionCookieSchema.optional(),
  expectUpdate: duration(CLUSTER_RANGES.expectUpdate, CLUSTER_DEFAULTS.expectUpdate),
  beforeFirstUpdate: choice(['in', 'out'], CLUSTER_DEFAULTS.beforeFirstUpdate),
  forward: option(parseForwardTarget).optional(),
  removeAfter: duration(CLUSTER_RANGES.removeAfter, CLUSTER_DEFAULTS.removeAfter),
};

/** Fields of a cluster of protocol `pazpar2`. */
export const pazparFields: Fields<ParsedCluster> = {
  ...forwardFields,
  ...commonFields,
  members: z.array(memberSchema).min(1, 'must have at least one member'),
  policy: policySchema.prefault(CLUSTER_DEFAULTS.policy),
  entrances: z.array(entranceSchema).prefault([]),
  limits,
  health: healthSchema.prefault({}),
  sessionTimeout: duration(CLUSTER_RANGES.sessionTimeout, CLUSTER_DEFAULTS.sessionTimeout),
  cors: option(parseCors).prefault(CLUSTER_DEFAULTS.cors),
};

/** Options of a cluster. */
export const clusterSchema: z.ZodType<ParsedCluster> = z.strictObject(pazparFields);

/** Options of the shim. */
export const shimSchema: z.ZodType<ParsedShim> = z.strictObject({
  backend: option(checkMemberUrl),
  serverId: option(parseRoute),
  ...forwardFields,
});
