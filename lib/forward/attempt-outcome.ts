import type { Clock } from '../clock.ts';
import type { MemberOutcome } from '../cluster/member-outcome.ts';
import type { Member } from '../cluster/member.ts';
import { failureWords } from './failure-words.ts';
import type { FailureWeight } from './failure-weight.ts';
import { type FailureSettings, isFailingStatus } from './failure-settings.ts';
import { type FailedAttempt, isTimeout } from './retry-policy.ts';

/** A reply that is complete: one that breaks off is a failure. */
export type CompleteAnswer = Extract<MemberOutcome, { readonly result: 'answered' }>;

interface OutcomeContext {
  readonly settings: FailureSettings;
  readonly clock: Clock;
}

/** Tells a member of its answer; by some statuses it has failed all the same. */
export function reportAnswer(member: Member, answer: CompleteAnswer, context: OutcomeContext): void {
  member.report(answer);
  if (!isFailingStatus(context.settings, answer.status)) return;
  member.load.countFailure();
  letRest(member, `answered with status ${answer.status}`, context);
}

/** Tells a member of an attempt that failed and counts against it, as much as it weighs. */
export function reportFailure(
  member: Member,
  failed: FailedAttempt,
  weight: FailureWeight,
  context: OutcomeContext,
): void {
  member.load.countFailure();
  if (weight === 'none') return;
  const isForgiven = weight === 'half' && member.state.forgivesFailure(context.clock.monotonic());
  const isReason = context.settings.failOnTimeout || !isTimeout(failed);
  if (isReason && !isForgiven) letRest(member, failureWords(failed.kind), context);
  member.report({ result: 'failed', kind: failed.kind });
}

function letRest({ settings, state }: Member, reason: string, context: OutcomeContext): void {
  const { retry, maxRetry } = context.settings;
  if (!settings.ignoreErrors) state.failed(context.clock.monotonic(), retry, maxRetry, reason);
}
