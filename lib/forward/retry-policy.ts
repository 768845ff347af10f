import type { FailureKind } from './transport.ts';

/** What the retry policy needs to know of a command. */
export interface RetryTraits {
  readonly name: string;
  /** Makes a session, so it may go to any member. */
  readonly creates: boolean;
  /** Belongs to a session, which lives on one member and in its memory only. */
  readonly hasSession: boolean;
  /** Two executions are as good as one. */
  readonly repeatable: boolean;
  /** Carries settings or a body that may have brought the member down. */
  readonly configures: boolean;
  /** Asked Pazpar2 to hold its answer back; without that it would answer with what is there. */
  readonly asksToBlock: boolean;
}

/** One attempt that ended without an answer. */
export interface FailedAttempt {
  readonly route: string;
  readonly kind: FailureKind;
  readonly sent: boolean;
  readonly received: boolean;
  readonly reused: boolean;
  /** Milliseconds from its start to its end. */
  readonly duration: number;
}

/** What to do next. */
export type NextStep =
  | { readonly do: 'give-up' }
  | { readonly do: 'elsewhere' }
  | { readonly do: 'again'; readonly pause: boolean; readonly withoutBlock: boolean };

// A record that is not there hangs until new records come; asking once more would hang again.
const LONGEST_REPEATED_RECORD = 5000;

// A connection that was closed while it idled fails within a round trip; a busy machine may take longer to tell.
const LONGEST_STALE = 5000;

// More stale connections in a row than a kept pool can plausibly hold.
const MOST_ATTEMPTS = 8;

const GIVE_UP: NextStep = { do: 'give-up' };

/**
 * Decides after a failed attempt whether the request is sent again, and where. Pure.
 *
 * - A session lives on one member: only `init` goes elsewhere.
 * - Nothing sent: nothing happened, so every command may be tried again.
 * - Sent and unanswered: only what may run twice; an `init` on at most one other member, and not at all if its settings or
 *   body may be what brought the member down.
 * - A reply framed as its transport does not read it is asked for again, by the transport that then takes over.
 * - A kept connection that ended before any byte of the reply says nothing about the member and does not count.
 *
 * @param attempts all failed attempts of the request, the last one last; not empty
 */
export function nextStep(traits: RetryTraits, attempts: readonly FailedAttempt[]): NextStep {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length >= MOST_ATTEMPTS) return GIVE_UP;
  if (last.kind === 'framing' && mayRepeatAnsweredOne(traits))
    return { do: 'again', pause: false, withoutBlock: false };
  if (traits.creates) return nextInitStep(traits, attempts);
  if (last.sent && !traits.repeatable) return GIVE_UP;
  if (isStaleConnection(last)) return { do: 'again', pause: false, withoutBlock: false };
  if (attempts.filter(countsAsAttempt).length > 1) return GIVE_UP;
  if (last.kind === 'refused') return { do: 'again', pause: true, withoutBlock: false };
  if (!endedWithoutAnswer(last)) return GIVE_UP;
  if (traits.name === 'record' && last.duration > LONGEST_REPEATED_RECORD) return GIVE_UP;
  return { do: 'again', pause: true, withoutBlock: traits.asksToBlock };
}

/** A kept connection that the member had closed while it idled; not one on which it kept us waiting. */
export function isStaleConnection(attempt: FailedAttempt): boolean {
  const { reused, received, duration } = attempt;
  return reused && !received && endedWithoutAnswer(attempt) && duration <= LONGEST_STALE;
}

/** Says nothing about the member: a stale connection, or a reply framed as another transport reads it. */
export function isUncounted(attempt: FailedAttempt): boolean {
  return attempt.kind === 'framing' || isStaleConnection(attempt);
}

function countsAsAttempt(attempt: FailedAttempt): boolean {
  return !isUncounted(attempt);
}

/** True where a time limit ended the attempt. */
export function isTimeout({ kind }: FailedAttempt): boolean {
  return kind === 'head-timeout' || kind === 'idle-timeout';
}

/**
 * True when a failure is a reason to keep new sessions away from the member. Not one: a stale connection, and a blocked
 * request that was cut (Pazpar2 does that itself after 60 s).
 */
export function countsAgainstMember(attempt: FailedAttempt, blocks: boolean): boolean {
  if (attempt.kind === 'ports' || !countsAsAttempt(attempt)) return false;
  return !(blocks && endedWithoutAnswer(attempt));
}

function nextInitStep(traits: RetryTraits, attempts: readonly FailedAttempt[]): NextStep {
  const sent = attempts.filter((attempt) => attempt.sent);
  if (sent.length > 0 && traits.configures) return GIVE_UP;
  return sent.filter(({ kind }) => kind !== 'framing').length > 1 ? GIVE_UP : { do: 'elsewhere' };
}

/** The member answered, so what it was asked did it no harm; an `init` more leaves a session that times out. */
function mayRepeatAnsweredOne(traits: RetryTraits): boolean {
  return traits.repeatable || (traits.creates && !traits.configures);
}

/** True where the connection ended before the reply did. */
export function endedWithoutAnswer({ kind }: FailedAttempt): boolean {
  return kind === 'empty' || kind === 'reset' || kind === 'truncated';
}
