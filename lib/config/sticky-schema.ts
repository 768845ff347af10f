import * as z from 'zod';
import type { StickyCookieSettings } from '../sticky/sticky-cookie.ts';
import { STICKY_COOKIE_DEFAULTS, STICKY_DEFAULTS } from './defaults.ts';
import { STICKY_COOKIE_RANGES } from './ranges.ts';
import { choice, duration, flag, option } from './schema-fields.ts';
import type { SessionLoss } from './sticky-options.ts';
import {
  parseCookieDomain,
  parseCookieName,
  parseCookiePath,
  parseCookieSecure,
  parseStickySeparator,
  parseStickySession,
  type StickySessionNames,
} from './sticky.ts';

/** Stickiness of a cluster of protocol `http`, read. */
export interface ParsedSticky {
  readonly stickySession?: StickySessionNames | undefined;
  readonly stickySeparator: string | undefined;
  readonly stickyCookie?: StickyCookieSettings | undefined;
  readonly sessionLoss: SessionLoss;
}

const stickyCookie: z.ZodType<StickyCookieSettings> = z
  .strictObject({
    name: option(parseCookieName).prefault(STICKY_COOKIE_DEFAULTS.name),
    path: option(parseCookiePath).optional(),
    domain: option(parseCookieDomain).optional(),
    maxAge: duration(STICKY_COOKIE_RANGES.maxAge, STICKY_COOKIE_DEFAULTS.maxAge).refine(
      (milliseconds) => milliseconds % 1000 === 0,
      'must be whole seconds',
    ),
    secure: option(parseCookieSecure).prefault(STICKY_COOKIE_DEFAULTS.secure),
    httpOnly: flag(STICKY_COOKIE_DEFAULTS.httpOnly),
    sameSite: choice(['strict', 'lax', 'none'], STICKY_COOKIE_DEFAULTS.sameSite),
  })
  .transform((cookie) => ({ ...cookie, path: cookie.path, domain: cookie.domain }));

/** The fields of a cluster that say how its clients stay on their member. */
export const stickyFields: {
  readonly [K in keyof Required<ParsedSticky>]: z.ZodType<ParsedSticky[K]>;
} = {
  stickySession: option(parseStickySession).optional(),
  stickySeparator: option(parseStickySeparator).prefault(STICKY_DEFAULTS.stickySeparator),
  stickyCookie: stickyCookie.optional(),
  sessionLoss: choice(['error', 'redispatch'], STICKY_DEFAULTS.sessionLoss),
};
