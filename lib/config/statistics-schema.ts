import * as z from 'zod';
import { isFigureName } from '../load/figure-name.ts';
import type { FigureRanges } from '../statistics/figure-ranges.ts';
import { parseAddressList } from './address-list.ts';
import type { MirrorConfig, StatisticsConfig } from './config.ts';
import { MIRROR_DEFAULTS, STATISTICS_DEFAULTS } from './defaults.ts';
import { parseMountPath } from './mount-path.ts';
import { MIRROR_RANGES, STATISTICS_RANGES } from './ranges.ts';
import { Refusal } from './refusal.ts';
import { count, duration, flag, option, rate } from './schema-fields.ts';
import { memberTlsSchema } from './tls-schema.ts';
import { parseToken } from './token.ts';

const mirrorSchema: z.ZodType<MirrorConfig> = z
  .strictObject({
    token: option(parseToken),
    peers: z.array(option(parsePeer)).prefault([...MIRROR_DEFAULTS.peers]),
    interval: duration(MIRROR_RANGES.interval, MIRROR_DEFAULTS.interval),
    tls: memberTlsSchema.optional(),
  })
  .transform(({ tls, ...others }) => ({ ...others, tls }));

/** Options of the statistics engine. */
export const statisticsObject: z.ZodType<StatisticsConfig> = z
  .strictObject(
    {
      path: option(parseEnginePath).prefault(STATISTICS_DEFAULTS.path),
      token: option(parseToken).optional(),
      allow: option(parseAddressList).prefault(STATISTICS_DEFAULTS.allow),
      updateRate: rate(STATISTICS_DEFAULTS.updateRate),
      maxRequests: count(STATISTICS_RANGES.maxRequests, STATISTICS_DEFAULTS.maxRequests),
      mixedKinds: flag(STATISTICS_DEFAULTS.mixedKinds),
      ranges: option(parseRanges).prefault(STATISTICS_DEFAULTS.ranges),
      mirror: mirrorSchema.optional(),
    },
    'must be "off" or an object with options of the statistics engine',
  )
  .transform(({ token, mirror, ...others }) => ({ ...others, token, mirror }));

/** The same, or `off`. */
export const statisticsSchema: z.ZodType<StatisticsConfig | undefined> = z
  .preprocess((value) => (value === 'off' ? undefined : (value ?? 'null')), statisticsObject.optional())
  .prefault({});

function parsePeer(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isPlain && /^https?:$/.test(url.protocol) && url.pathname !== '/') return url.href;
  throw new Refusal('must be the URL of an engine, such as "http://gateway-b.internal:8081/athena"');
}

function parseEnginePath(value: unknown): string {
  if (value === '/') throw new Refusal('must be a path of its own, such as "/athena"');
  return parseMountPath(value);
}

function parseRanges(value: unknown): FigureRanges {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('must be an object with a range for each name, such as { load1: [0, 1000] }');
  }
  const entries: [string, unknown][] = Object.entries(value);
  const wrong = entries.find(([name, range]) => !isFigureName(name) || !isRange(range));
  if (wrong !== undefined) {
    throw new Refusal(
      `must have names of 1 to 32 of a-z 0-9 _ . - and ranges [least, most]; ${JSON.stringify(wrong[0])} is not so`,
    );
  }
  // Every entry was looked at.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as FigureRanges;
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [least, most]: unknown[] = value;
  return Number.isFinite(least) && Number.isFinite(most) && Number(least) <= Number(most);
}
