import { isStaleConnection } from './retry-policy.ts';
import type { FailedAttempt, NextStep } from './retry-policy.ts';

/** What the retry policy needs to know of a request to an application. */
export interface HttpRetryTraits {
  /** Another member may serve it: it has no session, or its session may go on elsewhere. */
  readonly mayGoElsewhere: boolean;
  /** Two executions are as good as one (RFC 9110, 9.2.2). */
  readonly idempotent: boolean;
  /** All that was read of its body is held. */
  readonly canReplay: boolean;
}

// More stale connections in a row than a kept pool can plausibly hold.
const MOST_ATTEMPTS = 8;

// What may have brought one member down must not meet them all.
const MOST_SENT = 2;

const GIVE_UP: NextStep = { do: 'give-up' };
const AT_ONCE: NextStep = { do: 'again', pause: false, withoutBlock: false };
const AFTER_PAUSE: NextStep = { do: 'again', pause: true, withoutBlock: false };

/**
 * Decides after a failed attempt whether a request to an application is sent again, and where. Pure.
 *
 * - Nothing sent: nothing happened, so every method may be tried again, on each member once.
 * - Sent and unanswered: only an idempotent method, once more. Not after a time limit: the member may still be at it.
 * - A kept connection that ended before any byte of the reply says nothing about the member.
 * - A session that must not be lost waits a moment for its own member.
 *
 * @param attempts all failed attempts of the request, the last one last
 */
export function nextHttpStep(traits: HttpRetryTraits, attempts: readonly FailedAttempt[]): NextStep {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length >= MOST_ATTEMPTS || !traits.canReplay) return GIVE_UP;
  if (last.sent && !mayRepeat(traits, last)) return GIVE_UP;
  if (isStaleConnection(last)) return AT_ONCE;
  const counted = attempts.filter((attempt) => !isStaleConnection(attempt));
  if (counted.filter(({ sent }) => sent).length >= MOST_SENT) return GIVE_UP;
  if (traits.mayGoElsewhere) return { do: 'elsewhere' };
  return counted.length === 1 && last.kind !== 'connect-timeout' ? AFTER_PAUSE : GIVE_UP;
}

function mayRepeat({ idempotent }: HttpRetryTraits, { kind }: FailedAttempt): boolean {
  return idempotent && (kind === 'empty' || kind === 'reset' || kind === 'truncated');
}
