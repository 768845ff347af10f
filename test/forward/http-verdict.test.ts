import { expect, test } from '@jest/globals';
import { ERRORS } from '../../lib/errors.ts';
import { httpVerdict } from '../../lib/forward/http-verdict.ts';
import type { FailedAttempt } from '../../lib/forward/retry-policy.ts';
import type { FailureKind } from '../../lib/forward/transport.ts';

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
  expect(ERRORS[httpVerdict([{ ...attempt, kind: 'refused' }, attempt])].status).toBe(status);
});

test('without an attempt nobody was available', () => {
  expect(httpVerdict([])).toBe('NO_MEMBER_AVAILABLE');
});
