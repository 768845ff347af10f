import * as z from 'zod';
import type { MemberSettings } from '../cluster/member-settings.ts';
import type { ForwardSettings } from '../forward/forward-settings.ts';
import type { HealthConfig } from './config.ts';
import { HTTP_CLUSTER_DEFAULTS, HTTP_PROBE_DEFAULTS } from './defaults.ts';
import { failureFields } from './failure-schema.ts';
import { healthSchema } from './health-schema.ts';
import type { HttpForwardOptions } from './http-options.ts';
import { parseLbMethod } from './lb-method.ts';
import { HTTP_CLUSTER_RANGES } from './ranges.ts';
import { Refusal } from './refusal.ts';
import { parseRoute } from './route.ts';
import {
  checkMemberTls,
  commonFields,
  type Fields,
  forwardFields,
  memberFields,
  type ParsedCommon,
} from './schema.ts';
import { choice, count, flag, option, size } from './schema-fields.ts';
import { type ParsedSticky, stickyFields } from './sticky-schema.ts';

/** A cluster of protocol `http`, read. */
export type ParsedHttpCluster = ParsedCommon &
  ParsedSticky &
  Pick<ForwardSettings, keyof HttpForwardOptions> & {
    readonly members: readonly MemberSettings[];
    readonly health?: HealthConfig | undefined;
    readonly forwardMode: 'redirect' | 'proxy';
    readonly preserveHost: boolean;
    readonly maxRequests: number;
    readonly replayBodySize: number;
  };

/** A member of a cluster of protocol `http`. */
export const httpMemberSchema: z.ZodType<MemberSettings> = z
  .strictObject({ ...memberFields, redirect: option(parseRoute).optional() })
  .transform((member): MemberSettings => ({ ...member, direct: true, connections: 'kept' }))
  .superRefine(checkMemberTls);

/** Fields of a cluster of protocol `http`. */
export const httpFields: Fields<ParsedHttpCluster> = {
  ...commonFields,
  ...stickyFields,
  lbMethod: option(parseHttpMethod).prefault(() => HTTP_CLUSTER_DEFAULTS.lbMethod),
  members: z.array(httpMemberSchema).min(1, 'must have at least one member'),
  health: healthSchema.prefault(HTTP_CLUSTER_DEFAULTS.health).transform(askingForPage),
  forwardMode: choice(['redirect', 'proxy'], HTTP_CLUSTER_DEFAULTS.forwardMode),
  preserveHost: flag(HTTP_CLUSTER_DEFAULTS.preserveHost),
  maxRequests: count(HTTP_CLUSTER_RANGES.maxRequests, HTTP_CLUSTER_DEFAULTS.maxRequests),
  replayBodySize: size(HTTP_CLUSTER_RANGES.replayBodySize, HTTP_CLUSTER_DEFAULTS.replayBodySize),
  ...failureFields,
  connectTimeout: forwardFields.connectTimeout,
  replyTimeout: forwardFields.replyTimeout,
  idleTimeout: forwardFields.idleTimeout,
  bodyTimeout: forwardFields.bodyTimeout,
  sendTimeout: forwardFields.sendTimeout,
  retryPause: forwardFields.retryPause,
  keepAliveTimeout: forwardFields.keepAliveTimeout,
  maxQueue: forwardFields.maxQueue,
  queueTimeout: forwardFields.queueTimeout,
};

/** Options of a cluster of protocol `http`. */
export const httpClusterSchema: z.ZodType<ParsedHttpCluster> = z.strictObject(httpFields);

function parseHttpMethod(value: unknown): ReturnType<typeof parseLbMethod> {
  const method = parseLbMethod(value);
  if (method !== 'bysessions') return method;
  throw new Refusal('must not be "bysessions": only sessions of Pazpar2 are known well enough to be counted');
}

/** No application answers Pazpar2's own probe. */
function askingForPage(health: HealthConfig | undefined): HealthConfig | undefined {
  const page = { ...HTTP_PROBE_DEFAULTS, status: [[200, 399] as const], body: undefined };
  return health && { ...health, infoInterval: 0, http: health.http ?? page };
}
