import * as z from 'zod';
import { parseAddressList } from './address-list.ts';
import { parseBoolean, parseChoice } from './choice.ts';
import type { AccessConfig, EntranceConfig, PolicyConfig } from './config.ts';
import { ENTRANCE_DEFAULTS, POLICY_DEFAULTS } from './defaults.ts';
import { parseMountPath } from './mount-path.ts';
import { parseWholeNumber } from './number.ts';
import { parseAllowedSettings, parseCommandNames, parseServices, policyConfig } from './policy.ts';
import { POLICY_RANGES } from './ranges.ts';
import { choice, option } from './schema-fields.ts';
import { parseSizeWithin } from './size.ts';
import { suggest } from './suggestion.ts';
import { parseToken } from './token.ts';

const PRESETS = ['public', 'trusted'] as const;
const MODES = ['enforce', 'report'] as const;

const policyObject = z.strictObject(
  {
    preset: choice(PRESETS, POLICY_DEFAULTS.preset),
    mode: option((value) => parseChoice(value, MODES)).optional(),
    allowCommands: option(parseCommandNames).optional(),
    denyCommands: option(parseCommandNames).optional(),
    settings: option(parseAllowedSettings).optional(),
    xmlBodies: option(parseBoolean).optional(),
    services: option(parseServices).optional(),
    maxNum: option((value) => parseWholeNumber(value, POLICY_RANGES.maxNum)).optional(),
    maxQueryLength: option((value) => parseWholeNumber(value, POLICY_RANGES.maxQueryLength)).optional(),
    maxParameters: option((value) => parseWholeNumber(value, POLICY_RANGES.maxParameters)).optional(),
    maxBodySize: option((value) => parseSizeWithin(value, POLICY_RANGES.maxBodySize)).optional(),
  },
  { error: ({ input }) => noPolicy(input) },
);

/** A policy, named or written out. */
export const policySchema: z.ZodType<PolicyConfig> = z
  .preprocess((value) => (isPreset(value) ? { preset: value } : value), policyObject)
  .transform(policyConfig);

const access = { allow: addresses(), deny: addresses() };

/** Which addresses may come. */
export const accessSchema: z.ZodType<AccessConfig> = z.strictObject(access);

/** Another way into a cluster. */
export const entranceSchema: z.ZodType<EntranceConfig> = z
  .strictObject({
    policy: policySchema.prefault(ENTRANCE_DEFAULTS.policy),
    path: option(parseMountPath).optional(),
    listener: choice(['public', 'internal'], ENTRANCE_DEFAULTS.listener),
    token: option(parseToken).optional(),
    ...access,
  })
  .transform(({ path, token, ...entrance }) => ({ ...entrance, path, token }));

function isPreset(value: unknown): boolean {
  return PRESETS.some((preset) => preset === value);
}

function noPolicy(value: unknown): string {
  const nearest = typeof value === 'string' ? suggest(value, PRESETS) : '';
  return `must be "public", "trusted" or an object that overrides parts of a preset${nearest}`;
}

function addresses(): z.ZodType<readonly string[]> {
  return option(parseAddressList).prefault([]);
}
