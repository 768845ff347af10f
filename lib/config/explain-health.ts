import type { OutlierSettings } from '../health/outlier-settings.ts';
import type { HealthConfig, HttpProbeConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import type { HealthOptions, HttpProbeOptions } from './health-options.ts';
import type { OutlierOptions } from './outlier-options.ts';
import { formatStatusList } from './status-list.ts';

/** Writes how members are probed, as options. */
export function healthOptions({ http, ...health }: HealthConfig): HealthOptions {
  return {
    interval: formatDuration(health.interval),
    fastInterval: formatDuration(health.fastInterval),
    jitter: health.jitter,
    timeout: formatDuration(health.timeout),
    passes: health.passes,
    fails: health.fails,
    maxConcurrent: health.maxConcurrent,
    beforeReady: health.beforeReady,
    infoInterval: formatDuration(health.infoInterval),
    ...(http === undefined ? {} : { http: httpProbeOptions(http) }),
  };
}

function httpProbeOptions({ method, path, status, body }: HttpProbeConfig): HttpProbeOptions {
  return { method, path, status: formatStatusList(status), ...(body === undefined ? {} : { body }) };
}

/** Writes when members are outliers, as options. */
export function outlierOptions(outliers: OutlierSettings): Required<OutlierOptions> {
  const { consecutiveFailures, failureShare, latencyFactor, minRequests, maxEjected } = outliers;
  return {
    consecutiveFailures,
    failureShare,
    latencyFactor,
    minLatency: formatDuration(outliers.minLatency),
    status: formatStatusList(outliers.status),
    window: formatDuration(outliers.window),
    minRequests,
    ejectionTime: formatDuration(outliers.ejectionTime),
    maxEjectionTime: formatDuration(outliers.maxEjectionTime),
    maxEjected,
  };
}
