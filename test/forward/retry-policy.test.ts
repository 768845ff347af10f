import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countsAgainstMember, isStaleConnection, nextStep } from '../../lib/forward/retry-policy.ts';
import type { FailedAttempt, NextStep, RetryTraits } from '../../lib/forward/retry-policy.ts';
import { failed, failedAttempts, FAILURE_KINDS, STALE } from '../helpers/failed-attempts.ts';

const REPEATABLE: RetryTraits = {
  name: 'stat',
  creates: false,
  hasSession: true,
  repeatable: true,
  configures: false,
  asksToBlock: false,
};

const COMMANDS = {
  init: { ...REPEATABLE, name: 'init', creates: true, hasSession: false, repeatable: false },
  'init with settings': {
    ...REPEATABLE,
    name: 'init',
    creates: true,
    hasSession: false,
    repeatable: false,
    configures: true,
  },
  search: { ...REPEATABLE, name: 'search', repeatable: false },
  ping: { ...REPEATABLE, name: 'ping' },
  'show block=1': { ...REPEATABLE, name: 'show', asksToBlock: true },
  record: { ...REPEATABLE, name: 'record' },
} as const satisfies Record<string, RetryTraits>;

type Command = keyof typeof COMMANDS;
type Row = [Command, string, string, FailedAttempt[]];

function inWords(step: NextStep): string {
  if (step.do !== 'again') return step.do;
  return `again${step.pause ? ', after a pause' : ''}${step.withoutBlock ? ', without block' : ''}`;
}

const refused = failed('refused');
const empty = failed('empty');
const reset = failed('reset');
const cut = failed('truncated');

describe('nextStep', () => {
  test.each<Row>([
    // While nothing was sent, init goes to one member after the other.
    ['init', 'refused', 'elsewhere', [refused]],
    ['init', 'a connect timeout', 'elsewhere', [failed('connect-timeout')]],
    ['init', 'a name without address', 'elsewhere', [failed('name')]],
    ['init', 'no route', 'elsewhere', [failed('route')]],
    ['init', 'a bad certificate', 'elsewhere', [failed('tls')]],
    ['init', 'no local port', 'elsewhere', [failed('ports')]],
    ['init', 'refused by several', 'elsewhere', [refused, refused, refused]],
    ['init with settings', 'refused by several', 'elsewhere', [refused, refused, refused]],
    // Once sent and unanswered: on at most one other member.
    ['init', 'an empty answer', 'elsewhere', [empty]],
    ['init', 'a reset', 'elsewhere', [reset]],
    ['init', 'a reply that was cut', 'elsewhere', [cut]],
    ['init', 'no head in time', 'elsewhere', [failed('head-timeout')]],
    ['init', 'a proxy that turned it away', 'elsewhere', [failed('turned-away')]],
    ['init', 'an empty answer, then refused', 'elsewhere', [empty, refused]],
    ['init', 'an empty answer and a reset', 'give-up', [empty, reset]],
    ['init', 'two of three sent', 'give-up', [empty, refused, empty]],
    // Never again if it had a body or settings, which may be what brought the member down.
    ['init with settings', 'an empty answer', 'give-up', [empty]],
    ['init with settings', 'a reset', 'give-up', [reset]],
    ['init with settings', 'a proxy that turned it away', 'give-up', [failed('turned-away')]],
    ['init with settings', 'no head in time', 'give-up', [failed('head-timeout')]],
    ['init with settings', 'a reset of a kept connection', 'give-up', [STALE]],
    ['init with settings', 'refused, then an empty answer', 'give-up', [refused, empty]],
    // What may be sent twice: once more on the same member, after a pause.
    ['ping', 'refused', 'again, after a pause', [refused]],
    ['ping', 'an empty answer', 'again, after a pause', [empty]],
    ['ping', 'a reset', 'again, after a pause', [reset]],
    ['ping', 'a reply that was cut', 'again, after a pause', [cut]],
    ['ping', 'refused twice', 'give-up', [refused, refused]],
    ['ping', 'an empty answer, then refused', 'give-up', [empty, refused]],
    ['ping', 'a reset, then an empty answer', 'give-up', [reset, empty]],
    // A member that is slow, cannot be found or talks nonsense will not do better at once.
    ['ping', 'no head in time', 'give-up', [failed('head-timeout')]],
    ['ping', 'a connect timeout', 'give-up', [failed('connect-timeout')]],
    ['ping', 'a name without address', 'give-up', [failed('name')]],
    ['ping', 'no route', 'give-up', [failed('route')]],
    ['ping', 'a bad certificate', 'give-up', [failed('tls')]],
    ['ping', 'no local port', 'give-up', [failed('ports')]],
    ['ping', 'a malformed reply', 'give-up', [failed('malformed')]],
    // A kept connection that was reset before any byte of the reply does not count.
    ['ping', 'a stale connection', 'again', [STALE]],
    ['ping', 'stale connections', 'again', [STALE, STALE, STALE]],
    ['ping', 'a stale connection, then refused', 'again, after a pause', [STALE, refused]],
    ['ping', 'a stale connection, then refused twice', 'give-up', [STALE, refused, refused]],
    ['ping', 'stale connections without end', 'give-up', Array.from({ length: 8 }, () => STALE)],
    ['show block=1', 'a stale connection', 'again', [STALE]],
    // A reply framed as its transport does not read it: once more at once, by the one that takes over.
    ['ping', 'a reply framed otherwise', 'again', [failed('framing')]],
    [
      'ping',
      'a reply framed otherwise, then an empty answer',
      'again, after a pause',
      [failed('framing'), empty],
    ],
    ['show block=1', 'a reply framed otherwise', 'again', [failed('framing')]],
    ['init', 'a reply framed otherwise', 'again', [failed('framing')]],
    ['init', 'a reply framed otherwise, then a reset', 'elsewhere', [failed('framing'), reset]],
    ['init with settings', 'a reply framed otherwise', 'give-up', [failed('framing')]],
    ['search', 'a reply framed otherwise', 'give-up', [failed('framing')]],
    // What changes state: only while nothing was sent.
    ['search', 'refused', 'again, after a pause', [refused]],
    ['search', 'a reset before it was sent', 'again, after a pause', [failed('reset', { sent: false })]],
    ['search', 'an empty answer', 'give-up', [empty]],
    ['search', 'a reset', 'give-up', [reset]],
    ['search', 'a stale connection', 'give-up', [STALE]],
    // A blocking one that ended without an answer is tried once without block.
    ['show block=1', 'an empty answer', 'again, after a pause, without block', [empty]],
    [
      'show block=1',
      'an empty answer after a minute',
      'again, after a pause, without block',
      [failed('empty', { duration: 60_000 })],
    ],
    [
      'show block=1',
      'the same on a kept connection',
      'again, after a pause, without block',
      [failed('empty', { duration: 60_000, reused: true })],
    ],
    ['show block=1', 'refused', 'again, after a pause', [refused]],
    ['show block=1', 'two empty answers', 'give-up', [empty, empty]],
    // A record that took over 5 s hangs again.
    ['record', 'an empty answer after 5 s', 'again, after a pause', [failed('empty', { duration: 5000 })]],
    ['record', 'an empty answer after more', 'give-up', [failed('empty', { duration: 5001 })]],
    [
      'record',
      'the same on a kept connection',
      'give-up',
      [failed('empty', { duration: 5001, reused: true })],
    ],
    ['record', 'refused', 'again, after a pause', [refused]],
  ])('%s, after %s: %s', (command, _, expected, attempts) => {
    expect(inWords(nextStep(COMMANDS[command], attempts))).toBe(expected);
  });
});

/** What becomes of a request whose attempts fail one after the other, on ever other members where it may go elsewhere. */
function walk(traits: RetryTraits, fate: readonly FailedAttempt[]): FailedAttempt[] {
  const attempts: FailedAttempt[] = [];
  let route = 1;
  for (const failure of fate) {
    attempts.push({ ...failure, route: `pz${route}` });
    const step = nextStep(traits, attempts);
    if (step.do === 'give-up') break;
    if (step.do === 'elsewhere') route += 1;
  }
  return attempts;
}

describe('whatever happens to a request', () => {
  const fates = fc.array(failedAttempts, { minLength: 20, maxLength: 20 });
  const traits = fc.constantFrom<RetryTraits>(...Object.values(COMMANDS));

  test('one that changes state is never sent again once it was sent', () => {
    fc.assert(
      fc.property(fates, (fate) => {
        const sent = walk(COMMANDS.search, fate).filter((attempt) => attempt.sent);
        expect(sent.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('an init is left unanswered by at most two members', () => {
    fc.assert(
      fc.property(fates, (fate) => {
        const unanswered = walk(COMMANDS.init, fate).filter(({ sent, kind }) => sent && kind !== 'framing');
        expect(new Set(unanswered.map(({ route }) => route)).size).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('an init that configures is sent once', () => {
    fc.assert(
      fc.property(fates, (fate) => {
        const sent = walk(COMMANDS['init with settings'], fate).filter((attempt) => attempt.sent);
        expect(sent.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('only an init goes elsewhere, and it goes to one member twice only for a reply framed otherwise', () => {
    fc.assert(
      fc.property(traits, fates, (command, fate) => {
        const attempts = walk(command, fate);
        const routes = new Set(attempts.map(({ route }) => route)).size;
        const framed = attempts.slice(0, -1).filter(({ kind }) => kind === 'framing').length;
        expect(routes).toBe(command.creates ? attempts.length - framed : 1);
      }),
    );
  });

  test('it ends after two attempts that count, an init after two that were sent, and always after eight', () => {
    fc.assert(
      fc.property(traits, fates, (command, fate) => {
        const attempts = walk(command, fate);
        const counting = attempts
          .filter(({ kind }) => kind !== 'framing')
          .filter((attempt) => (command.creates ? attempt.sent : !isStaleConnection(attempt)));
        expect(counting.length).toBeLessThanOrEqual(2);
        expect(attempts.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

describe('countsAgainstMember', () => {
  test.each(FAILURE_KINDS.filter((kind) => kind !== 'ports' && kind !== 'framing'))(
    'a quick command that ended with %s does',
    (kind) => {
      expect(countsAgainstMember(failed(kind), false)).toBe(true);
    },
  );

  test('a lack of local ports does not: that is our own', () => {
    expect(countsAgainstMember(failed('ports'), false)).toBe(false);
  });

  test('a reply framed otherwise does not', () => {
    expect(countsAgainstMember(failed('framing'), false)).toBe(false);
  });

  test('a stale connection does not', () => {
    expect(countsAgainstMember(STALE, false)).toBe(false);
  });

  test('a kept connection on which the member kept us waiting does', () => {
    expect(countsAgainstMember(failed('reset', { reused: true, duration: 5001 }), false)).toBe(true);
  });

  test.each(['empty', 'reset', 'truncated'] as const)(
    'a blocked request that ended with %s does not: Pazpar2 cuts them itself',
    (kind) => {
      expect(countsAgainstMember(failed(kind), true)).toBe(false);
    },
  );

  test.each(['refused', 'connect-timeout', 'head-timeout', 'malformed'] as const)(
    'a blocked request that ended with %s does',
    (kind) => {
      expect(countsAgainstMember(failed(kind), true)).toBe(true);
    },
  );
});
