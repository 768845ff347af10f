import { describe, expect, test } from '@jest/globals';
import { weighHttpFailure } from '../../lib/forward/failure-weight.ts';
import type { FailureKind } from '../../lib/forward/transport.ts';
import { failed } from '../helpers/failed-attempts.ts';

describe('a lost answer', () => {
  test.each<FailureKind>(['empty', 'reset', 'truncated'])('(%s) counts half', (kind) => {
    expect(weighHttpFailure([failed(kind)])).toBe('half');
    expect(weighHttpFailure([failed('refused'), failed(kind)])).toBe('half');
  });

  test('counts half at each member', () => {
    const [first, second] = [failed('reset', { route: 'a' }), failed('reset', { route: 'b' })];
    expect(weighHttpFailure([first, second])).toBe('half');
  });

  test('that the same request loses again at the same member counts nothing', () => {
    expect(weighHttpFailure([failed('reset'), failed('empty')])).toBe('none');
  });

  test('counts half after one on a kept connection that had ended', () => {
    expect(weighHttpFailure([failed('empty', { reused: true }), failed('empty')])).toBe('half');
  });
});

test.each<FailureKind>(['refused', 'connect-timeout', 'malformed', 'head-timeout', 'tls'])(
  'a failure of another kind (%s) counts in full',
  (kind) => {
    expect(weighHttpFailure([failed(kind)])).toBe('full');
    expect(weighHttpFailure([failed('reset'), failed(kind)])).toBe('full');
  },
);

test('nothing to weigh is taken in full', () => {
  expect(weighHttpFailure([])).toBe('full');
});
