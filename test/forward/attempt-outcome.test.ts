import { describe, expect, test } from '@jest/globals';
import type { MemberOutcome } from '../../lib/cluster/member-outcome.ts';
import { Member } from '../../lib/cluster/member.ts';
import { reportAnswer, reportFailure } from '../../lib/forward/attempt-outcome.ts';
import type { FailureWeight } from '../../lib/forward/failure-weight.ts';
import type { FailureSettings } from '../../lib/forward/failure-settings.ts';
import type { FailureKind } from '../../lib/forward/transport.ts';
import { failed } from '../helpers/failed-attempts.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const SETTINGS: FailureSettings = {
  retry: 100,
  maxRetry: 100,
  maxAttempts: 8,
  retryBudget: 1,
  failOnStatus: [[500, 503]],
  failOnTimeout: true,
  forceRecovery: true,
};

function told(changes: Partial<FailureSettings> = {}, ignoreErrors = false) {
  const member = new Member(memberSettings('pz1', { ignoreErrors }));
  const outcomes: MemberOutcome[] = [];
  const end = member.onOutcome((outcome) => outcomes.push(outcome));
  const context = { settings: { ...SETTINGS, ...changes }, clock: new FakeClock(0) };
  const answer = (status: number) =>
    reportAnswer(member, { result: 'answered', status, latency: 7 }, context);
  const fail = (kind: FailureKind, weight: FailureWeight = 'full') =>
    reportFailure(member, failed(kind), weight, context);
  const facts = () => ({ rests: member.state.isResting(0), failures: member.load.failures });
  return { answer, fail, facts, outcomes, end };
}

describe('A member hears of an answer', () => {
  test.each([
    [200, { rests: false, failures: 0 }],
    [499, { rests: false, failures: 0 }],
    [500, { rests: true, failures: 1 }],
    [503, { rests: true, failures: 1 }],
    [504, { rests: false, failures: 0 }],
  ])('with status %i, and rests where it is a failing one', (status, facts) => {
    const scene = told();
    scene.answer(status);
    expect(scene.facts()).toEqual(facts);
    expect(scene.outcomes).toEqual([{ result: 'answered', status, latency: 7 }]);
  });

  test('no more once nobody listens', () => {
    const scene = told();
    scene.end();
    scene.answer(200);
    expect(scene.outcomes).toEqual([]);
  });
});

describe('A member hears of a failure', () => {
  test.each<[FailureKind, Partial<FailureSettings>, boolean, boolean]>([
    ['refused', {}, false, true],
    ['head-timeout', {}, false, true],
    ['head-timeout', { failOnTimeout: false }, false, false],
    ['idle-timeout', { failOnTimeout: false }, false, false],
    ['reset', { failOnTimeout: false }, false, true],
    ['refused', { retry: 0 }, false, false],
    ['refused', {}, true, false],
  ])('%s, with %j and errors ignored %s, and rests: %s', (kind, changes, ignoreErrors, rests) => {
    const scene = told(changes, ignoreErrors);
    scene.fail(kind);
    expect(scene.facts()).toEqual({ rests, failures: 1 });
    expect(scene.outcomes).toEqual([{ result: 'failed', kind }]);
  });

  test('of half weight, and rests after the second one', () => {
    const scene = told();
    scene.fail('reset', 'half');
    expect(scene.facts()).toEqual({ rests: false, failures: 1 });
    scene.fail('reset', 'half');
    expect(scene.facts()).toEqual({ rests: true, failures: 2 });
  });

  test('of no weight, which is counted and nothing else', () => {
    const scene = told();
    for (let count = 0; count < 9; count += 1) scene.fail('reset', 'none');
    expect(scene.facts()).toEqual({ rests: false, failures: 9 });
    expect(scene.outcomes).toEqual([]);
  });
});
