import type { ErrorCode } from '../errors.ts';
import { COMMON_FAILURE_CODES } from './failure-codes.ts';
import type { FailedAttempt } from './retry-policy.ts';
import type { FailureKind } from './transport.ts';

/** What is known when the attempts of a request are spent and none was answered. */
export interface SpentAttempts {
  readonly creates: boolean;
  readonly hasSession: boolean;
  /** The member is Pazpar2 itself: nobody listening there proves that its memory is gone. */
  readonly direct: boolean;
  readonly attempts: readonly FailedAttempt[];
}

const BY_KIND: Readonly<Record<FailureKind, ErrorCode>> = {
  ...COMMON_FAILURE_CODES,
  empty: 'REPLY_MISSING',
  reset: 'REPLY_MISSING',
  truncated: 'REPLY_MISSING',
  'head-timeout': 'REPLY_TIMEOUT',
  'idle-timeout': 'BODY_TIMEOUT',
};

/**
 * The error that a client gets when no attempt was answered. Pure.
 *
 * Refused twice by a direct member means that its sessions are gone, and Pazpar2's own words for that (417, code 1) are what
 * clients start anew on. Everything else may pass, so it is 503, but for a malformed reply, which is 502.
 */
export function verdict({ creates, hasSession, direct, attempts }: SpentAttempts): ErrorCode {
  const last = attempts.at(-1);
  if (last === undefined) return 'NO_MEMBER_AVAILABLE';
  if (creates && !last.sent) return 'NO_MEMBER_AVAILABLE';
  const refusals = attempts.filter(({ kind }) => kind === 'refused').length;
  if (hasSession && direct && last.kind === 'refused' && refusals > 1) return 'SESSION_LOST';
  return BY_KIND[last.kind];
}
