import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BalancerError } from '../../../lib/errors.ts';
import { parseRequestTarget } from '../../../lib/protocol/http/request-target.ts';
import { outcomeOf, refusalOf } from '../../helpers/refusals.ts';

describe('parseRequestTarget', () => {
  test.each([
    ['/', '/', '', undefined],
    ['/a%20b?c=d?e', '/a%20b', '?c=d?e', undefined],
    ['/a?', '/a', '?', undefined],
    ['/a%2Fb', '/a%2Fb', '', undefined],
    ['//a//b', '//a//b', '', undefined],
    ['/a/../b', '/a/../b', '', undefined],
    ['/a/./b', '/a/./b', '', undefined],
    ['/a..b/...', '/a..b/...', '', undefined],
    ['/\u00e4?\u00ff', '/\u00e4', '?\u00ff', undefined],
    ['/a"<>{}|\\^`[]', '/a"<>{}|\\^`[]', '', undefined],
    ['/a?x=%zz', '/a', '?x=%zz', undefined],
    ['http://lb.test', '/', '', 'lb.test'],
    ['http://lb.test?x', '/', '?x', 'lb.test'],
    ['HTTPS://lb.test:8443/a?b', '/a', '?b', 'lb.test:8443'],
    ['http://farm_one/reports/', '/reports/', '', 'farm_one'],
  ])('reads %s', (target, path, query, host) => {
    expect(parseRequestTarget(target)).toEqual({ path, query, host });
  });

  test.each([
    ['an empty target', ''],
    ['the asterisk', '*'],
    ['an authority', 'lb.test:80'],
    ['another scheme', 'ftp://lb.test/x'],
    ['no host', 'http:///x'],
    ['user information', 'http://user@lb.test/x'],
    ['a backslash in the host', 'http://lb.test\\@evil.test/x'],
    ['a relative path', 'a/b'],
    ['a fragment', '/x#session=1.pz2'],
    ['a blank', '/a?x=a b'],
    ['a line end', '/a\r\nX: y'],
    ['a NUL', '/a\0'],
    ['an encoded NUL', '/a%00b'],
    ['an escape that is none', '/a%zzb'],
    ['half an escape', '/a%'],
  ])('refuses %s', (_, target) => {
    expect(refusalOf(() => parseRequestTarget(target)).code).toBe('REQUEST_AMBIGUOUS');
  });

  test.each([
    '/../b',
    '/a/../../b',
    '/%2e%2e/b',
    '/a//../../b',
    '/a/.%2E/../b',
    '/..;x=y/b',
    '/%2e%2e%3b/b',
    '/a\\..\\..\\b',
    '/a%2f..%2f..%2fb',
    '/a/..%5c..',
    '/a%2Fb/../..',
  ])('refuses %s, which somebody may read as a path above the root', (target) => {
    expect(refusalOf(() => parseRequestTarget(target)).code).toBe('REQUEST_AMBIGUOUS');
  });

  test('leaves every byte as it came', () => {
    const target = fc.string({ unit: 'binary-ascii' }).map((text) => `/${text}`);
    fc.assert(
      fc.property(target, (text) => {
        if (outcomeOf(() => parseRequestTarget(text)) instanceof BalancerError) return;
        const { path, query } = parseRequestTarget(text);
        expect(path + query).toBe(text);
      }),
    );
  });
});
