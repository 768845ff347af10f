import * as z from 'zod';
import type { OutlierSettings } from '../health/outlier-settings.ts';
import { OUTLIER_DEFAULTS } from './defaults.ts';
import { OUTLIER_RANGES } from './ranges.ts';
import { count, duration, hundredths, option } from './schema-fields.ts';
import { parseServerErrors } from './status-list.ts';

const outlierObject = z.strictObject(
  {
    consecutiveFailures: count(OUTLIER_RANGES.consecutiveFailures, OUTLIER_DEFAULTS.consecutiveFailures),
    failureShare: hundredths(OUTLIER_RANGES.failureShare, OUTLIER_DEFAULTS.failureShare),
    latencyFactor: hundredths(OUTLIER_RANGES.latencyFactor, OUTLIER_DEFAULTS.latencyFactor),
    minLatency: duration(OUTLIER_RANGES.minLatency, OUTLIER_DEFAULTS.minLatency),
    status: option(parseServerErrors).prefault(OUTLIER_DEFAULTS.status),
    window: duration(OUTLIER_RANGES.window, OUTLIER_DEFAULTS.window),
    minRequests: count(OUTLIER_RANGES.minRequests, OUTLIER_DEFAULTS.minRequests),
    ejectionTime: duration(OUTLIER_RANGES.ejectionTime, OUTLIER_DEFAULTS.ejectionTime),
    maxEjectionTime: duration(OUTLIER_RANGES.maxEjectionTime, OUTLIER_DEFAULTS.maxEjectionTime),
    maxEjected: hundredths(OUTLIER_RANGES.maxEjected, OUTLIER_DEFAULTS.maxEjected),
  },
  'must be "off" or an object that says when a member is an outlier',
);

/** When members are outliers; undefined for `off`. */
export const outlierSchema: z.ZodType<OutlierSettings | undefined> = z.preprocess(
  (value) => (value === 'off' ? undefined : (value ?? 'null')),
  outlierObject.optional(),
);
