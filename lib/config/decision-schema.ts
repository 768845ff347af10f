import * as z from 'zod';
import type { DecisionKey } from '../sticky/decision-cookie.ts';
import { DECISION_COOKIE_DEFAULTS } from './defaults.ts';
import { flag, option } from './schema-fields.ts';
import { parseKeyId, parseSecret } from './signing.ts';
import { parseCookieName } from './sticky.ts';

/** The cookie by which backends steer a cluster, read. */
export interface DecisionCookieConfig {
  readonly name: string;
  readonly keys: readonly DecisionKey[];
  /** Members do not see it. */
  readonly strip: boolean;
}

/** Options of the decision cookie. */
export const decisionCookieSchema: z.ZodType<DecisionCookieConfig> = z.strictObject({
  name: option(parseCookieName).prefault(DECISION_COOKIE_DEFAULTS.name),
  keys: z
    .array(z.strictObject({ id: option(parseKeyId), secret: option(parseSecret) }))
    .min(1, 'must have at least one key'),
  strip: flag(DECISION_COOKIE_DEFAULTS.strip),
});
