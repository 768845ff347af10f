import type { ErrorCode } from '../errors.ts';
import { COMMON_FAILURE_CODES } from './failure-codes.ts';
import type { FailedAttempt } from './retry-policy.ts';
import type { FailureKind } from './transport.ts';

const BY_KIND: Readonly<Record<FailureKind, ErrorCode>> = {
  ...COMMON_FAILURE_CODES,
  empty: 'REPLY_INCOMPLETE',
  reset: 'REPLY_INCOMPLETE',
  truncated: 'REPLY_INCOMPLETE',
  'head-timeout': 'REPLY_OVERDUE',
  'idle-timeout': 'REPLY_OVERDUE',
};

/**
 * The error that a client of an application gets when no attempt was answered. Pure.
 *
 * Where nothing was sent the same request may succeed later, so it is 503; what a member did with a request that it took nobody knows, so
 * that is 502 or 504 (RFC 9110, 15.6).
 *
 * @param mayGoElsewhere any member might have served it, so that nobody is there when nothing could be sent
 */
export function httpVerdict(attempts: readonly FailedAttempt[], mayGoElsewhere: boolean): ErrorCode {
  const last = attempts.at(-1);
  if (last === undefined || (mayGoElsewhere && !last.sent)) return 'NO_MEMBER_AVAILABLE';
  // Reset while the connection was made: the member never had the request.
  return !last.sent && last.kind === 'reset' ? 'MEMBER_UNREACHABLE' : BY_KIND[last.kind];
}
