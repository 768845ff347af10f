import type { FailureSettings } from '../forward/failure-settings.ts';
import { formatDuration } from './duration.ts';
import type { FailureOptions } from './failure-options.ts';
import { formatStatusList } from './status-list.ts';

/** Writes what failures lead to, as options. */
export function failureOptions(settings: FailureSettings): Required<FailureOptions> {
  const { retry, maxRetry, maxAttempts, retryBudget, failOnStatus, failOnTimeout, forceRecovery } = settings;
  return {
    retry: formatDuration(retry),
    maxRetry: formatDuration(maxRetry),
    maxAttempts,
    retryBudget,
    failOnStatus: formatStatusList(failOnStatus),
    failOnTimeout,
    forceRecovery,
  };
}
