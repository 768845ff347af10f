import { describe, expect, test } from '@jest/globals';

import { connectFailure } from '../../lib/forward/connect-failure.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect' });
}

describe('a failed connection attempt', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ENOENT', 'refused'],
    ['ETIMEDOUT', 'connect-timeout'],
    ['EAGAIN', 'connect-timeout'],
    ['ENOTFOUND', 'name'],
    ['EAI_AGAIN', 'name'],
    ['EHOSTUNREACH', 'route'],
    ['ENETUNREACH', 'route'],
    ['ENETDOWN', 'route'],
    ['EACCES', 'route'],
    ['EPERM', 'route'],
    ['EADDRNOTAVAIL', 'ports'],
    ['EMFILE', 'ports'],
    ['ECONNRESET', 'reset'],
    ['ESOMETHINGELSE', 'route'],
  ])('with %s is %s, and nothing was sent', (code, kind) => {
    expect(connectFailure(systemError(code))).toMatchObject({
      kind,
      sent: false,
      received: false,
      reused: false,
    });
  });

  test.each([
    [['ECONNREFUSED', 'ECONNREFUSED'], 'refused'],
    [['ENETUNREACH', 'ECONNREFUSED'], 'refused'],
    [['EADDRNOTAVAIL', 'ECONNREFUSED'], 'refused'],
    [['ECONNREFUSED', 'ETIMEDOUT'], 'connect-timeout'],
    [['ENETUNREACH', 'EADDRNOTAVAIL'], 'route'],
  ])('of several addresses with %j is %s', (codes, kind) => {
    expect(connectFailure(new AggregateError(codes.map(systemError))).kind).toBe(kind);
  });

  test('keeps the error as its cause', () => {
    const error = systemError('ECONNREFUSED');
    expect(connectFailure(error)).toMatchObject({ cause: error, message: 'refused: connect ECONNREFUSED' });
    expect(connectFailure('odd').kind).toBe('route');
  });
});
