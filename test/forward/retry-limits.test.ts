import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { limitStep } from '../../lib/forward/retry-limits.ts';
import type { RetryLimits } from '../../lib/forward/retry-limits.ts';
import { nextStep } from '../../lib/forward/retry-policy.ts';
import type { FailedAttempt, RetryTraits } from '../../lib/forward/retry-policy.ts';
import { failed, failedAttempts, STALE } from '../helpers/failed-attempts.ts';

const PING: RetryTraits = {
  name: 'ping',
  creates: false,
  hasSession: true,
  repeatable: true,
  configures: false,
  asksToBlock: false,
};
const INIT: RetryTraits = { ...PING, name: 'init', creates: true, hasSession: false, repeatable: false };
const SEARCH: RetryTraits = { ...PING, name: 'search', repeatable: false };

const refused = failed('refused');
const empty = failed('empty');

function stepOf(
  traits: RetryTraits,
  attempts: readonly FailedAttempt[],
  limits: Partial<RetryLimits>,
): string {
  const allowed = { maxAttempts: 8, withinBudget: true, ...limits };
  return limitStep(nextStep(traits, attempts), attempts, allowed).do;
}

describe('A request is tried again', () => {
  test.each<[string, RetryTraits, FailedAttempt[], Partial<RetryLimits>, string]>([
    ['init elsewhere, within the limits', INIT, [refused], {}, 'elsewhere'],
    ['init elsewhere, up to the last attempt', INIT, [refused, refused], { maxAttempts: 3 }, 'elsewhere'],
    ['init not beyond the last attempt', INIT, [refused, refused], { maxAttempts: 2 }, 'give-up'],
    ['init not where one attempt is all', INIT, [refused], { maxAttempts: 1 }, 'give-up'],
    ['init not beyond the budget', INIT, [refused], { withinBudget: false }, 'give-up'],
    ['ping on its own member', PING, [empty], {}, 'again'],
    ['ping not where one attempt is all', PING, [empty], { maxAttempts: 1 }, 'give-up'],
    ['ping not beyond the budget', PING, [empty], { withinBudget: false }, 'give-up'],
    // What says nothing about a member is no attempt, and costs the members nothing.
    [
      'ping after a stale connection, whatever the limits',
      PING,
      [STALE],
      { maxAttempts: 1, withinBudget: false },
      'again',
    ],
    ['ping after a stale connection and one attempt', PING, [STALE, empty], { maxAttempts: 2 }, 'again'],
    [
      'init after a reply framed otherwise',
      INIT,
      [failed('framing')],
      { maxAttempts: 1, withinBudget: false },
      'again',
    ],
    // What Pazpar2's rules forbid no limit allows.
    ['search not once it was sent', SEARCH, [empty], { maxAttempts: 8 }, 'give-up'],
    [
      'init on one other member at most once it was sent',
      INIT,
      [empty, empty],
      { maxAttempts: 8 },
      'give-up',
    ],
    [
      'init with settings not once it was sent',
      { ...INIT, configures: true },
      [empty],
      { maxAttempts: 8 },
      'give-up',
    ],
  ])('%s', (_, traits, attempts, limits, step) => {
    expect(stepOf(traits, attempts, limits)).toBe(step);
  });

  test('never where the policy gives up, and otherwise as it says or not at all', () => {
    const attempts = fc.array(failedAttempts, { minLength: 1, maxLength: 9 });
    const limits = fc.record({ maxAttempts: fc.integer({ min: 1, max: 8 }), withinBudget: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(PING, INIT, SEARCH), attempts, limits, (traits, made, allowed) => {
        const policy = nextStep(traits, made);
        expect([policy, { do: 'give-up' }]).toContainEqual(limitStep(policy, made, allowed));
      }),
    );
  });
});
