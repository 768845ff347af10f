import { describe, expect, test } from '@jest/globals';

import { parseMemberUrl } from '../../lib/forward/member-url.ts';

describe('a member URL', () => {
  test('of http has the default path unless it names one', () => {
    const address = parseMemberUrl('http://pz2.example:9004');
    expect(address.origin.href).toBe('http://pz2.example:9004/');
    expect(address).toMatchObject({ host: 'pz2.example', port: 9004, secure: false, path: '/search.pz2' });
    expect(address.socketPath).toBeUndefined();
    expect(parseMemberUrl('http://pz2.example:9004/').path).toBe('/search.pz2');
    expect(parseMemberUrl('http://pz2.example:9004/a/search.pz2').path).toBe('/a/search.pz2');
  });

  test('has the port of its scheme unless it names one', () => {
    expect(parseMemberUrl('http://pz2.example')).toMatchObject({ port: 80, secure: false });
    expect(parseMemberUrl('https://pz2.example')).toMatchObject({ port: 443, secure: true });
    expect(parseMemberUrl('http://pz2.example').origin.host).toBe('pz2.example');
  });

  test('may hold an IPv6 address', () => {
    const address = parseMemberUrl('http://[::1]:9004/x');
    expect(address.host).toBe('::1');
    expect(address.origin.host).toBe('[::1]:9004');
  });

  test('of a Unix socket may name a path after a colon', () => {
    expect(parseMemberUrl('unix:/run/pz2.sock')).toMatchObject({
      socketPath: '/run/pz2.sock',
      path: '/search.pz2',
      secure: false,
    });
    expect(parseMemberUrl('unix:/run/pz2.sock:/a/search.pz2')).toMatchObject({
      socketPath: '/run/pz2.sock',
      path: '/a/search.pz2',
    });
    expect(parseMemberUrl('unix:/run/pz2.sock').origin.host).toBe('localhost');
  });

  test.each([
    ['http://host:9004/?a=1', 'query'],
    ['unix:/run/x?a', 'query'],
    ['http://host:9004/#a', 'fragment'],
    ['http://user:secret@host:9004', 'user information'],
    ['http://host:0', 'port'],
    ['http://host:99999', 'written'],
    ['http://', 'written'],
    ['http:host', 'written'],
    ['http://ho st', 'written'],
    [' http://host', 'written'],
    ['http://host\\x', 'written'],
    ['ftp://host', 'written'],
    ['host:9004', 'written'],
    ['', 'written'],
    ['unix:run/x', 'Unix socket'],
    ['unix:/run/x:y', 'Unix socket'],
    ['unix:/run/x:/a b', 'Unix socket'],
  ])('%p is refused with a hint at %s', (url, hint) => {
    expect(() => parseMemberUrl(url)).toThrow(TypeError);
    expect(() => parseMemberUrl(url)).toThrow(hint);
  });

  test('is not repeated in the message when it holds a password', () => {
    expect(() => parseMemberUrl('http://user:secret@host:9004')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
