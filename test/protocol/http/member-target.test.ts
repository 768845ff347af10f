import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BalancerError } from '../../../lib/errors.ts';
import { behindPrefix, memberPathFor } from '../../../lib/protocol/http/member-target.ts';
import { outcomeOf, refusalOf } from '../../helpers/refusals.ts';

describe('the path for a member', () => {
  test.each([
    ['/app/x', '/app', '', '/x'],
    ['/app', '/app', '', '/'],
    ['/app/', '/app', '', '/'],
    ['/app//x', '/app', '', '//x'],
    ['/x', '/', '', '/x'],
    ['/x', '', '/back', '/back/x'],
    ['/app/x', '/app', '/back', '/back/x'],
    ['/app', '/app', '/back', '/back'],
    ['/app/', '/app', '/back', '/back/'],
    ['/app/x', '/app', '/back/', '/back/x'],
    ['/app/x', '/app', '/', '/x'],
    ['/app/a/../b', '/app', '/back', '/back/a/../b'],
  ])('of %s below %s before %j is %s', (path, clusterPath, memberPath, expected) => {
    expect(memberPathFor(path, { clusterPath, memberPath })).toBe(expected);
  });

  test.each(['/apple', '/ap', '/', '/App/x', '//app/x'])('of %s is none below /app', (path) => {
    expect(memberPathFor(path, { clusterPath: '/app', memberPath: '' })).toBeUndefined();
  });

  test.each([
    '/app/../x',
    '/app/a/../../x',
    '/app/%2e%2e/x',
    '/app/..;/x',
    '/app/a\\..\\..\\x',
    '/app//../x',
  ])('of %s is refused, because it would leave the path of the member', (path) => {
    const places = { clusterPath: '/app', memberPath: '/back' };
    expect(refusalOf(() => memberPathFor(path, places)).code).toBe('REQUEST_AMBIGUOUS');
  });

  test('never leaves the path of the member', () => {
    const segment = fc.constantFrom(
      'a',
      '.',
      '..',
      '%2e',
      '.%2E',
      '',
      '..;x',
      'a;b',
      '\\',
      '..\\',
      '%2f',
      '%5c..',
    );
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const path = ['/app', ...segments].join('/');
        const places = { clusterPath: '/app', memberPath: '/back' };
        if (outcomeOf(() => memberPathFor(path, places)) instanceof BalancerError) return;
        const readings = [
          memberPathFor(path, places) ?? '',
          (memberPathFor(path, places) ?? '').replaceAll(/%2f|%5c/gi, '/').replaceAll(/;[^/]*/g, ''),
        ];
        for (const reading of readings) {
          const resolved = new URL(reading, 'http://member.test').pathname;
          expect(behindPrefix(resolved, '/back')).toBeDefined();
        }
      }),
      { numRuns: 1000 },
    );
  });
});
