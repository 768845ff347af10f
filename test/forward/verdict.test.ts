import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS } from '../../lib/errors.ts';
import type { FailedAttempt } from '../../lib/forward/retry-policy.ts';
import { verdict } from '../../lib/forward/verdict.ts';
import type { SpentAttempts } from '../../lib/forward/verdict.ts';
import { failed, failedAttempts, STALE } from '../helpers/failed-attempts.ts';

const KINDS_OF_REQUEST = {
  'a session, direct': { creates: false, hasSession: true, direct: true },
  'a session, not direct': { creates: false, hasSession: true, direct: false },
  init: { creates: true, hasSession: false, direct: true },
  info: { creates: false, hasSession: false, direct: true },
} as const satisfies Record<string, Omit<SpentAttempts, 'attempts'>>;

type KindOfRequest = keyof typeof KINDS_OF_REQUEST;
type Row = [KindOfRequest, string, string, FailedAttempt[]];

const refused = failed('refused');
const empty = failed('empty');

function answer(kind: KindOfRequest, attempts: readonly FailedAttempt[]): string {
  const code = verdict({ ...KINDS_OF_REQUEST[kind], attempts });
  return `${ERRORS[code].status} ${code}`;
}

describe('verdict', () => {
  test.each<Row>([
    // Refused twice by a direct member: its memory is gone, and only then.
    ['a session, direct', 'refused twice', '417 SESSION_LOST', [refused, refused]],
    [
      'a session, direct',
      'a stale connection, then refused twice',
      '417 SESSION_LOST',
      [STALE, refused, refused],
    ],
    ['a session, direct', 'refused once', '503 MEMBER_UNREACHABLE', [refused]],
    ['a session, direct', 'an empty answer, then refused', '503 MEMBER_UNREACHABLE', [empty, refused]],
    ['a session, direct', 'refused, then an empty answer', '503 REPLY_MISSING', [refused, empty]],
    ['a session, not direct', 'refused twice', '503 MEMBER_UNREACHABLE', [refused, refused]],
    ['info', 'refused twice', '503 MEMBER_UNREACHABLE', [refused, refused]],
    // Everything else may pass.
    ['a session, direct', 'an empty answer twice', '503 REPLY_MISSING', [empty, empty]],
    ['a session, direct', 'a reset', '503 REPLY_MISSING', [failed('reset')]],
    ['a session, direct', 'a reply that was cut', '503 REPLY_MISSING', [failed('truncated')]],
    ['a session, direct', 'no head in time', '503 REPLY_TIMEOUT', [failed('head-timeout')]],
    ['a session, direct', 'no body in time', '503 BODY_TIMEOUT', [failed('idle-timeout')]],
    ['a session, direct', 'a connect timeout', '503 CONNECT_TIMEOUT', [failed('connect-timeout')]],
    ['a session, direct', 'a name without address', '503 MEMBER_UNREACHABLE', [failed('name')]],
    ['a session, direct', 'no route', '503 MEMBER_UNREACHABLE', [failed('route')]],
    ['a session, direct', 'no local port', '503 MEMBER_UNREACHABLE', [failed('ports')]],
    ['a session, direct', 'a bad certificate', '503 TLS_FAILED', [failed('tls')]],
    // But for nonsense.
    ['a session, direct', 'a malformed reply', '502 REPLY_MALFORMED', [failed('malformed')]],
    ['a session, direct', 'a reply framed otherwise', '502 REPLY_MALFORMED', [failed('framing')]],
    ['init', 'a malformed reply', '502 REPLY_MALFORMED', [failed('malformed')]],
    // A new session with nobody left.
    ['init', 'no attempt at all', '503 NO_MEMBER_AVAILABLE', []],
    ['init', 'refused by all', '503 NO_MEMBER_AVAILABLE', [refused, refused]],
    ['init', 'connect timeouts', '503 NO_MEMBER_AVAILABLE', [failed('connect-timeout')]],
    ['init', 'an empty answer twice', '503 REPLY_MISSING', [empty, empty]],
    ['init', 'a proxy that turned it away', '503 NO_MEMBER_AVAILABLE', [failed('turned-away')]],
    ['init', 'no head in time', '503 REPLY_TIMEOUT', [failed('head-timeout')]],
  ])('%s, after %s: %s', (kind, _, expected, attempts) => {
    expect(answer(kind, attempts)).toBe(expected);
  });

  test('says 417 only for a session of a direct member whose last two answers were refusals', () => {
    const kinds = fc.constantFrom(...(Object.keys(KINDS_OF_REQUEST) as KindOfRequest[]));
    fc.assert(
      fc.property(kinds, fc.array(failedAttempts, { maxLength: 8 }), (kind, attempts) => {
        if (verdict({ ...KINDS_OF_REQUEST[kind], attempts }) !== 'SESSION_LOST') return;
        expect(kind).toBe('a session, direct');
        expect(attempts.filter((attempt) => attempt.kind === 'refused').length).toBeGreaterThan(1);
        expect(attempts.at(-1)?.kind).toBe('refused');
      }),
    );
  });

  test('lets a client try again after everything but a lost session and a malformed reply', () => {
    const kinds = fc.constantFrom(...Object.values(KINDS_OF_REQUEST));
    fc.assert(
      fc.property(kinds, fc.array(failedAttempts, { maxLength: 8 }), (kind, attempts) => {
        const code = verdict({ ...kind, attempts });
        const final = code === 'SESSION_LOST' || code === 'REPLY_MALFORMED';
        expect(ERRORS[code].passes === true).toBe(!final);
        expect(final || ERRORS[code].status === 503).toBe(true);
      }),
    );
  });
});
