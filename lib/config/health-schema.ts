import * as z from 'zod';
import type { HealthConfig, HttpProbeConfig } from './config.ts';
import { HEALTH_DEFAULTS, HTTP_PROBE_DEFAULTS } from './defaults.ts';
import { HEALTH_RANGES } from './ranges.ts';
import { Refusal } from './refusal.ts';
import { choice, count, duration, flag, hundredths, option } from './schema-fields.ts';
import { parseStatusList } from './status-list.ts';

/** Origin form (RFC 9112, section 3.2.1). */
const TARGET = /^\/[!-~]*$/;

const httpProbe: z.ZodType<HttpProbeConfig> = z
  .strictObject({
    method: choice(['GET', 'HEAD', 'OPTIONS'], HTTP_PROBE_DEFAULTS.method),
    path: option(parseTarget).prefault(HTTP_PROBE_DEFAULTS.path),
    status: option(parseStatusList).prefault(HTTP_PROBE_DEFAULTS.status),
    body: option(parsePattern).optional(),
  })
  .transform(({ body, ...probe }) => ({ ...probe, body }));

const healthObject = z.strictObject(
  {
    interval: duration(HEALTH_RANGES.interval, HEALTH_DEFAULTS.interval),
    fastInterval: duration(HEALTH_RANGES.fastInterval, HEALTH_DEFAULTS.fastInterval),
    jitter: hundredths(HEALTH_RANGES.jitter, HEALTH_DEFAULTS.jitter),
    timeout: duration(HEALTH_RANGES.timeout, HEALTH_DEFAULTS.timeout),
    passes: count(HEALTH_RANGES.passes, HEALTH_DEFAULTS.passes),
    fails: count(HEALTH_RANGES.fails, HEALTH_DEFAULTS.fails),
    maxConcurrent: count(HEALTH_RANGES.maxConcurrent, HEALTH_DEFAULTS.maxConcurrent),
    beforeReady: flag(HEALTH_DEFAULTS.beforeReady),
    infoInterval: duration(HEALTH_RANGES.infoInterval, HEALTH_DEFAULTS.infoInterval),
    http: httpProbe.optional(),
  },
  'must be "off" or an object that says how members are probed',
);

/** How members are probed; undefined for `off`. */
export const healthSchema: z.ZodType<HealthConfig | undefined> = z
  .preprocess((value) => (value === 'off' ? undefined : (value ?? 'null')), healthObject.optional())
  .transform((health) => (health === undefined ? undefined : { ...health, http: health.http }));

function parseTarget(value: unknown): string {
  if (typeof value === 'string' && TARGET.test(value)) return value;
  throw new Refusal('must begin with "/" and hold neither blanks nor letters beyond ASCII');
}

function parsePattern(value: unknown): string {
  try {
    if (typeof value === 'string' && value !== '') return new RegExp(value).source;
  } catch {
    // What is no pattern is told below.
  }
  throw new Refusal('must be a regular expression, such as "status: *ok"');
}
