import { expect, test } from '@jest/globals';
import { ERRORS } from '../../lib/errors.ts';
import { httpVerdict } from '../../lib/forward/http-verdict.ts';
import type { FailedAttempt } from '../../lib/forward/retry-policy.ts';
import type { FailureKind } from '../../lib/forward/transport.ts';
import { failed } from '../helpers/failed-attempts.ts';

const STATUS: [FailureKind, number][] = [
  ['refused', 503],
  ['connect-timeout', 503],
  ['tls', 503],
  ['empty', 502],
  ['reset', 502],
  ['truncated', 502],
  ['malformed', 502],
  ['head-timeout', 504],
  ['idle-timeout', 504],
];

test.each(STATUS)('a request whose last attempt failed as %s is answered with %i', (kind, status) => {
  const attempt: FailedAttempt = {
    route: 'a',
    kind,
    sent: true,
    received: false,
    reused: false,
    duration: 1,
  };
  for (const mayGoElsewhere of [true, false]) {
    const code = httpVerdict([{ ...attempt, kind: 'refused' }, attempt], mayGoElsewhere);
    expect(ERRORS[code].status).toBe(status);
  }
});

test('nobody was available without an attempt, and where any member would have done and none could be reached', () => {
  const refused = {
    route: 'a',
    kind: 'refused',
    sent: false,
    received: false,
    reused: false,
    duration: 1,
  } as const;
  expect(httpVerdict([], false)).toBe('NO_MEMBER_AVAILABLE');
  expect(httpVerdict([refused], true)).toBe('NO_MEMBER_AVAILABLE');
  expect(httpVerdict([refused], false)).toBe('MEMBER_UNREACHABLE');
});

test('a connection that was reset before anything was sent is no lost answer', () => {
  expect(httpVerdict([failed('reset', { sent: false })], false)).toBe('MEMBER_UNREACHABLE');
  expect(httpVerdict([failed('reset', { sent: false })], true)).toBe('NO_MEMBER_AVAILABLE');
});
