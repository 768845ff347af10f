import { describe, expect, test } from '@jest/globals';
import {
  parseCookieDomain,
  parseCookieName,
  parseCookiePath,
  parseCookieSecure,
  parseStickySeparator,
  parseStickySession,
} from '../../lib/config/sticky.ts';

describe('the names of a session', () => {
  test.each([
    ['session', { cookie: 'session', parameter: 'session' }],
    ['JSESSIONID|jsessionid', { cookie: 'JSESSIONID', parameter: 'jsessionid' }],
    ['connect.sid', { cookie: 'connect.sid', parameter: 'connect.sid' }],
  ])('%s', (value, names) => {
    expect(parseStickySession(value)).toEqual(names);
  });

  test.each(['', '|', 'a|', '|a', 'a|b|c', 'a b', 'a;b', 'a=b', 'a%62', 'å', 'x'.repeat(65), 7, null, ['a']])(
    'are not %j',
    (value) => {
      expect(() => parseStickySession(value)).toThrow('must be "COOKIE|parameter"');
    },
  );
});

describe('the separator', () => {
  test.each(['.', '-', '!', '~'])('%s', (value) => {
    expect(parseStickySeparator(value)).toBe(value);
  });

  test('off', () => {
    expect(parseStickySeparator('off')).toBeUndefined();
  });

  test.each(['', 'Off', '..', 'a', '7', ';', '=', '&', '%', '+', ' ', '/', '"', false, null])(
    'is not %j',
    (value) => {
      expect(() => parseStickySeparator(value)).toThrow('must be "off" or one of');
    },
  );
});

describe('the cookie', () => {
  test.each(['balancer', '__Host-b', 'a.b'])('may be called %s', (name) => {
    expect(parseCookieName(name)).toBe(name);
  });

  test.each(['', 'a b', 'a=b', 'a;b', 'a|b', 7])('may not be called %j', (name) => {
    expect(() => parseCookieName(name)).toThrow('must be letters');
  });

  test.each(['/', '/app', '/a/b/'])('may have the path %s', (path) => {
    expect(parseCookiePath(path)).toBe(path);
  });

  test.each(['', 'app', '/a;b', '/a b', '/å', 7])('may not have the path %j', (path) => {
    expect(() => parseCookiePath(path)).toThrow('must be a path');
  });

  test.each([
    ['library.example', 'library.example'],
    ['Library.Example', 'library.example'],
  ])('may have the domain %s', (domain, read) => {
    expect(parseCookieDomain(domain)).toBe(read);
  });

  test.each(['', '.library.example', 'library..example', 'a;b', 'a b', '-a.example', 7])(
    'may not have the domain %j',
    (domain) => {
      expect(() => parseCookieDomain(domain)).toThrow('must be a host name');
    },
  );

  test('may be for HTTPS only, for all, or as the client came', () => {
    expect([true, false, 'auto'].map(parseCookieSecure)).toEqual([true, false, 'auto']);
    expect(() => parseCookieSecure('yes')).toThrow('must be true, false or "auto"');
  });
});
