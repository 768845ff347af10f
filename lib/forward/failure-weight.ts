import { endedWithoutAnswer, isUncounted } from './retry-policy.ts';
import type { FailedAttempt } from './retry-policy.ts';

/**
 * How much a failure says against its member: `full` lets it rest, `half` only if it is the second one without an answer in between; `none` says
 * nothing, to those who look for outliers neither.
 */
export type FailureWeight = 'full' | 'half' | 'none';

/**
 * Weighs the last failed attempt of a request to an application. Pure.
 *
 * One lost answer is no reason to keep others from a member, nor to take their sessions from it (behaviour D17 of Apache). The second in a row is,
 * but only that of another request: one request that no member survives must not take them all out.
 *
 * @param attempts all failed attempts of the request, the last one last
 */
export function weighHttpFailure(attempts: readonly FailedAttempt[]): FailureWeight {
  const last = attempts.at(-1);
  if (last === undefined || !isLostAnswer(last)) return 'full';
  const lostAtIt = attempts.filter((attempt) => attempt.route === last.route && isLostAnswer(attempt));
  return lostAtIt.length > 1 ? 'none' : 'half';
}

function isLostAnswer(attempt: FailedAttempt): boolean {
  return attempt.sent && endedWithoutAnswer(attempt) && !isUncounted(attempt);
}
