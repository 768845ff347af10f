import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { publicSetCookie } from '../../../lib/protocol/http/set-cookie-mapping.ts';
import { APP, BELOW } from '../../helpers/public-places.ts';

const setCookie = (value: string, place = APP) => publicSetCookie(value, place);

describe('Set-Cookie', () => {
  test.each([
    ['a=b', 'a=b'],
    ['a=b; Path=/', 'a=b; Path=/app'],
    ['a=b; path=/sub/', 'a=b; path=/app/sub/'],
    ['a=b; PATH=/back; HttpOnly', 'a=b; PATH=/app/back; HttpOnly'],
    ['a=b;path = /back ;secure', 'a=b;path = /app/back ;secure'],
    ['a=b; Path=/app/x', 'a=b; Path=/app/x'],
    ['a=b; Path=', 'a=b; Path='],
    ['a=path=/x; X=1', 'a=path=/x; X=1'],
    ['Path=/x', 'Path=/x'],
  ])('%s becomes %s', (inside, outside) => {
    expect(setCookie(inside)).toBe(outside);
  });

  test.each([
    ['a=b; Path=/back', 'a=b; Path=/app'],
    ['a=b; Path=/back/sub', 'a=b; Path=/app/sub'],
    ['a=b; Path=/backwards', 'a=b; Path=/backwards'],
    ['a=b; Path=/', 'a=b; Path=/'],
  ])('%s of a member below /back becomes %s', (inside, outside) => {
    expect(setCookie(inside, BELOW)).toBe(outside);
  });

  test.each([
    ['lb.test', 'lb.test', ''],
    ['.test', 'lb.test', '; Domain=.test'],
    ['app1.internal', 'lb.test', '; Domain=lb.test'],
    ['.App1.Internal', 'lb.test:8080', '; Domain=lb.test'],
    ['internal', 'lb.test', undefined],
    ['ternal', 'lb.test', '; Domain=ternal'],
    ['other.test', 'lb.test', '; Domain=other.test'],
    ['app1.internal', '192.0.2.1', undefined],
    ['app1.internal', 'localhost', undefined],
    ['app1.internal', undefined, undefined],
  ])('Domain=%s for a client of %s', (domain, host, expected) => {
    const member = { origin: 'http://app1.internal:8080', path: '' };
    const place = { ...APP, origin: { protocol: 'http', host } as const, member, members: [member] };
    const kept = expected === '' ? `; Domain=${domain}` : (expected ?? '');
    expect(setCookie(`a=b; Domain=${domain}; Secure`, place)).toBe(`a=b${kept}; Secure`);
  });

  test('is never longer by more than the path, and keeps name, value and other attributes', () => {
    const text = fc.string({ unit: 'binary-ascii' }).map((value) => value.replaceAll(/;|path|domain/gi, ''));
    fc.assert(
      fc.property(text, fc.array(text), (pair, attributes) => {
        const value = [pair, ...attributes].join(';');
        expect(setCookie(value)).toBe(value);
      }),
    );
  });
});
