import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextHttpStep, type HttpRetryTraits } from '../../lib/forward/http-retry-policy.ts';
import type { FailedAttempt } from '../../lib/forward/retry-policy.ts';
import type { FailureKind } from '../../lib/forward/transport.ts';

const GET: HttpRetryTraits = {
  mayGoElsewhere: true,
  hasSession: false,
  idempotent: true,
  canReplay: true,
};
const POST: HttpRetryTraits = { ...GET, idempotent: false };

function failed(kind: FailureKind, facts: Partial<FailedAttempt> = {}): FailedAttempt {
  const sent = !['refused', 'connect-timeout', 'name', 'route', 'ports', 'tls'].includes(kind);
  return { route: 'a', kind, sent, received: false, reused: false, duration: 1, ...facts };
}

describe('a request of which nothing was sent', () => {
  test.each([GET, POST])('goes elsewhere, whatever its method: %j', (traits) => {
    expect(nextHttpStep(traits, [failed('refused')])).toEqual({ do: 'elsewhere' });
    expect(nextHttpStep(traits, [failed('refused'), failed('connect-timeout')])).toEqual({ do: 'elsewhere' });
  });

  test('waits a moment for the member of a session that must not be lost, once', () => {
    const traits = { ...POST, mayGoElsewhere: false };
    expect(nextHttpStep(traits, [failed('refused')])).toMatchObject({ do: 'again', pause: true });
    expect(nextHttpStep(traits, [failed('refused'), failed('refused')])).toEqual({ do: 'give-up' });
    expect(nextHttpStep(traits, [failed('connect-timeout')])).toEqual({ do: 'give-up' });
  });
});

describe('a request that was sent', () => {
  test.each(['empty', 'reset', 'truncated'] as const)(
    'and ended %s goes elsewhere once if it may run twice',
    (kind) => {
      expect(nextHttpStep(GET, [failed(kind)])).toEqual({ do: 'elsewhere' });
      expect(nextHttpStep(GET, [failed(kind), failed(kind, { route: 'b' })])).toEqual({ do: 'give-up' });
    },
  );

  test('and lost its answer asks the member of its session once more, before that is given up', () => {
    const session = { ...GET, hasSession: true };
    const lost = failed('empty');
    expect(nextHttpStep(session, [lost])).toMatchObject({ do: 'again', pause: true });
    expect(nextHttpStep(session, [lost, failed('refused')])).toEqual({ do: 'elsewhere' });
    expect(nextHttpStep(session, [lost, lost])).toEqual({ do: 'elsewhere' });
    expect(nextHttpStep(session, [lost, lost, failed('empty', { route: 'b' })])).toEqual({ do: 'give-up' });
    expect(nextHttpStep({ ...session, idempotent: false }, [lost])).toEqual({ do: 'give-up' });
  });

  test('of a session that must not go elsewhere is sent to its member twice, and no more', () => {
    const session = { ...GET, hasSession: true, mayGoElsewhere: false };
    expect(nextHttpStep(session, [failed('reset')])).toMatchObject({ do: 'again', pause: true });
    expect(nextHttpStep(session, [failed('reset'), failed('reset')])).toEqual({ do: 'give-up' });
  });

  test.each(['head-timeout', 'idle-timeout', 'malformed'] as const)(
    'and failed as %s is given up',
    (kind) => {
      expect(nextHttpStep(GET, [failed(kind)])).toEqual({ do: 'give-up' });
    },
  );

  test('on a kept connection that had ended is sent again on a new one', () => {
    const stale = failed('empty', { reused: true });
    expect(nextHttpStep(GET, [stale])).toMatchObject({ do: 'again', pause: false });
    expect(nextHttpStep({ ...GET, mayGoElsewhere: false }, [stale])).toMatchObject({
      do: 'again',
      pause: false,
    });
    expect(nextHttpStep(POST, [stale])).toEqual({ do: 'give-up' });
  });
});

describe('whatever happened before', () => {
  const kinds = fc.constantFrom<FailureKind>(
    'refused',
    'empty',
    'reset',
    'truncated',
    'head-timeout',
    'malformed',
    'tls',
  );
  const fates = fc.array(
    fc.record({ kind: kinds, reused: fc.boolean() }).map(({ kind, reused }) => failed(kind, { reused })),
    { minLength: 1, maxLength: 10 },
  );

  test('a method that must not run twice is never sent twice', () => {
    fc.assert(
      fc.property(fates, fc.boolean(), (attempts, mayGoElsewhere) => {
        fc.pre(attempts.at(-1)?.sent === true);
        expect(nextHttpStep({ ...POST, mayGoElsewhere }, attempts).do).toBe('give-up');
      }),
    );
  });

  test('a body that is no longer held is not sent again', () => {
    fc.assert(
      fc.property(fates, (attempts) => {
        expect(nextHttpStep({ ...GET, canReplay: false }, attempts).do).toBe('give-up');
      }),
    );
  });
});
