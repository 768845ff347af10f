import fc from 'fast-check';
import type { FailedAttempt } from '../../lib/forward/retry-policy.ts';
import type { FailureKind } from '../../lib/forward/transport.ts';

/** Kinds of failure that happen before anything is sent. */
const UNSENT: readonly FailureKind[] = ['refused', 'connect-timeout', 'name', 'route', 'ports', 'tls'];
const CUT_OFF: readonly FailureKind[] = ['truncated', 'malformed', 'idle-timeout', 'turned-away', 'framing'];
const UNANSWERED: readonly FailureKind[] = ['empty', 'reset', 'head-timeout'];

/** Every kind of failure. */
export const FAILURE_KINDS: readonly FailureKind[] = [...UNSENT, ...UNANSWERED, ...CUT_OFF];

/** An attempt on pz1 that failed after a second, with what is certain for its kind. */
export function failed(kind: FailureKind, changes: Partial<FailedAttempt> = {}): FailedAttempt {
  return {
    route: 'pz1',
    kind,
    sent: !UNSENT.includes(kind),
    received: CUT_OFF.includes(kind),
    reused: false,
    duration: 1000,
    ...changes,
  };
}

/** An attempt on a kept connection that the member had closed. */
export const STALE: FailedAttempt = failed('reset', { reused: true, duration: 2 });

/** Failed attempts as a transport reports them. */
export const failedAttempts: fc.Arbitrary<FailedAttempt> = fc
  .record({
    kind: fc.constantFrom(...FAILURE_KINDS),
    reused: fc.boolean(),
    duration: fc.constantFrom(0, 10, 4999, 5000, 5001, 60_000),
  })
  .map(({ kind, reused, duration }) =>
    failed(kind, { duration, ...(reused && failed(kind).sent && { reused }) }),
  );
