import type * as z from 'zod';
import type { FailureSettings } from '../forward/failure-settings.ts';
import { FAILURE_DEFAULTS } from './defaults.ts';
import { FAILURE_RANGES } from './ranges.ts';
import { count, duration, flag, hundredths, option } from './schema-fields.ts';
import { parseServerErrors } from './status-list.ts';

/** Fields that say what failures lead to. */
export const failureFields: { readonly [K in keyof FailureSettings]: z.ZodType<FailureSettings[K]> } = {
  retry: duration(FAILURE_RANGES.retry, FAILURE_DEFAULTS.retry),
  maxRetry: duration(FAILURE_RANGES.maxRetry, FAILURE_DEFAULTS.maxRetry),
  maxAttempts: count(FAILURE_RANGES.maxAttempts, FAILURE_DEFAULTS.maxAttempts),
  retryBudget: hundredths(FAILURE_RANGES.retryBudget, FAILURE_DEFAULTS.retryBudget),
  failOnStatus: option(parseServerErrors).prefault(FAILURE_DEFAULTS.failOnStatus),
  failOnTimeout: flag(FAILURE_DEFAULTS.failOnTimeout),
  forceRecovery: flag(FAILURE_DEFAULTS.forceRecovery),
};
