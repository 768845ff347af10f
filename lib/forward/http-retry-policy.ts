import { endedWithoutAnswer, isStaleConnection } from './retry-policy.ts';
import type { FailedAttempt, NextStep } from './retry-policy.ts';

/** What the retry policy needs to know of a request to an application. */
export interface HttpRetryTraits {
  /** Another member may serve it: it has no session, or its session may go on elsewhere. */
  readonly mayGoElsewhere: boolean;
  /** It has a session, which its member may still hold though an answer was lost. */
  readonly hasSession: boolean;
  /** Two executions are as good as one (RFC 9110, 9.2.2). */
  readonly idempotent: boolean;
  /** All that was read of its body is held. */
  readonly canReplay: boolean;
}

// More stale connections in a row than a kept pool can plausibly hold.
const MOST_ATTEMPTS = 8;

// What may have brought one member down must not meet them all.
const MOST_MEMBERS_SENT_TO = 2;

const GIVE_UP: NextStep = { do: 'give-up' };
const ELSEWHERE: NextStep = { do: 'elsewhere' };
const AT_ONCE: NextStep = { do: 'again', pause: false, withoutBlock: false };
const AFTER_PAUSE: NextStep = { do: 'again', pause: true, withoutBlock: false };

/**
 * Decides after a failed attempt whether a request to an application is sent again, and where. Pure.
 *
 * - Nothing sent: nothing happened, so every method may be tried again, on each member once.
 * - Sent and unanswered: only an idempotent method, at most at one other member. Not after a time limit: the member may still be at it.
 * - A kept connection that ended before any byte of the reply says nothing about the member.
 * - A session waits a moment for its own member: after a lost answer, and where it must not be lost after a refusal too. Once.
 *
 * @param attempts all failed attempts of the request, the last one last
 */
export function nextHttpStep(traits: HttpRetryTraits, attempts: readonly FailedAttempt[]): NextStep {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length >= MOST_ATTEMPTS || !traits.canReplay) return GIVE_UP;
  if (last.sent && !mayRepeat(traits, last)) return GIVE_UP;
  if (isStaleConnection(last)) return AT_ONCE;
  const counted = attempts.filter((attempt) => !isStaleConnection(attempt));
  const sentTo = new Set(counted.filter(({ sent }) => sent).map(({ route }) => route));
  if (sentTo.size >= MOST_MEMBERS_SENT_TO) return GIVE_UP;
  const isFirst = counted.length === 1;
  if (traits.hasSession && isFirst && last.sent) return AFTER_PAUSE;
  if (traits.mayGoElsewhere) return ELSEWHERE;
  return isFirst && last.kind !== 'connect-timeout' ? AFTER_PAUSE : GIVE_UP;
}

function mayRepeat({ idempotent }: HttpRetryTraits, attempt: FailedAttempt): boolean {
  return idempotent && endedWithoutAnswer(attempt);
}
