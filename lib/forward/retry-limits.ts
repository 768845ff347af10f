import { isUncounted } from './retry-policy.ts';
import type { FailedAttempt, NextStep } from './retry-policy.ts';

/** What an operator allows, beside what the protocol's own policy says. */
export interface RetryLimits {
  /** Attempts of one request in all, the first one included. */
  readonly maxAttempts: number;
  /** Whether retries of all requests together are still below their share. */
  readonly withinBudget: boolean;
}

/**
 * Holds a step of the retry policy to the limits: they end attempts earlier, they never allow one that the policy does not. Pure.
 *
 * Attempts that say nothing about a member (a kept connection that had been closed, a reply framed as another transport reads it) are neither counted
 * nor held back.
 *
 * @param attempts all failed attempts of the request, the last one last
 */
export function limitStep(step: NextStep, attempts: readonly FailedAttempt[], limits: RetryLimits): NextStep {
  const last = attempts.at(-1);
  if (last === undefined || isUncounted(last)) return step;
  const counted = attempts.filter((attempt) => !isUncounted(attempt)).length;
  return counted < limits.maxAttempts && limits.withinBudget ? step : { do: 'give-up' };
}
