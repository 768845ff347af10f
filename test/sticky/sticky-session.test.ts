import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findStickySession, type StickySessionSettings } from '../../lib/sticky/sticky-session.ts';

const SESSION: StickySessionSettings = { cookie: 'session', parameter: 'session', separator: '.' };
const isKnown = (route: string): boolean => /^pz[1-4]$/.test(route);

const find = (target: string, cookie?: string, settings = SESSION) =>
  findStickySession({ target, cookie }, settings, isKnown);

describe('a session value', () => {
  test.each([
    ['/x?session=123.pz2', '123.pz2', 'query'],
    ['/x?a=b&session=.pz2&c', '.pz2', 'query'],
    ['/x?%73ession=123%2Epz%32', '123.pz2', 'query'],
    ['/x?session=12+3.pz2', '12 3.pz2', 'query'],
    ['/x?session==1.pz2', '=1.pz2', 'query'],
    ['/x;session=1.pz2', '1.pz2', 'path'],
    ['/x;a=b;session=1.pz2;c=d/y', '1.pz2', 'path'],
    ['/x;%73ession=1%2Epz2/y?z', '1.pz2', 'path'],
    ['/x;session=1+2.pz2', '1+2.pz2', 'path'],
  ] as const)('in %s is found', (target, value, source) => {
    expect(find(target)).toEqual({ value, route: 'pz2', source });
  });

  test('in the cookie is found', () => {
    expect(find('/x', 'a=b; session=1.pz2')).toEqual({ value: '1.pz2', route: 'pz2', source: 'cookie' });
  });

  test.each([
    '/x?session',
    '/x?session=',
    '/x?session=123',
    '/x?session=123.',
    '/x?xsession=1.pz2',
    '/x?sessionx=1.pz2',
    '/x?Session=1.pz2',
    '/x?session%20=1.pz2',
    '/x?query=session=1.pz2',
    '/x?query=water%20session=1.pz2',
    '/x?a%26session=1.pz2',
    '/x?a=b;session=1.pz2',
    '/session=1.pz2',
    '/%73ession=1.pz2',
    '/x%3Fsession=1.pz2',
    '/x%3Bsession=1.pz2',
    '/x;session=%zz.pz2',
    '/x;session',
  ])('is not in %s', (target) => {
    expect(find(target)).toBeUndefined();
  });

  test('has the route behind the first separator', () => {
    expect(find('/x?session=1.a.pz2')?.route).toBe('a.pz2');
    expect(find('/x?session=1-pz2', undefined, { ...SESSION, separator: '-' })?.route).toBe('pz2');
  });

  test('is the route as a whole where there is no separator', () => {
    const whole = { ...SESSION, separator: undefined };
    expect(find('/x?session=pz2', undefined, whole)?.route).toBe('pz2');
    expect(find('/x?session=1.pz2', undefined, whole)?.route).toBe('1.pz2');
    expect(find('/x?session=', undefined, whole)).toBeUndefined();
  });

  test('may have another name in the cookie than in the URL', () => {
    const names = { cookie: 'JSESSIONID', parameter: 'jsessionid', separator: '.' };
    expect(find('/x;jsessionid=1.pz2', 'jsessionid=1.pz3', names)?.route).toBe('pz2');
    expect(find('/x?JSESSIONID=1.pz2', 'JSESSIONID=1.pz3', names)?.route).toBe('pz3');
  });
});

describe('of several values', () => {
  test.each([
    ['/x;session=1.pz1?session=1.pz2', '1.pz3', 'pz1'],
    ['/x?session=1.pz2', '1.pz3', 'pz2'],
    ['/x?session=1.pz2&session=1.pz3', '1.pz4', 'pz2'],
    ['/x?session=&session=1.pz3', '1.pz4', 'pz3'],
    ['/x?session=1&session=1.pz3', '1.pz4', 'pz3'],
    ['/x?session=1.pz9&session=1.pz3', '1.pz4', 'pz3'],
    ['/x;session=?session=1.pz9', '1.pz4', 'pz4'],
    ['/x', '1.pz9; session=1.pz4', 'pz4'],
  ])('in %s and the cookie %s the first with a known route counts', (target, cookie, route) => {
    expect(find(target, `session=${cookie}`)?.route).toBe(route);
  });

  test('without a known route the first tells of the loss', () => {
    expect(find('/x?session=1&session=1.pz8', 'session=1.pz9')).toEqual({
      value: '1.pz8',
      route: 'pz8',
      source: 'query',
    });
  });
});

describe('whatever a client writes', () => {
  const values = fc.string({ unit: 'grapheme', maxLength: 20 });
  const bytes = fc.string({ unit: 'binary', maxLength: 20 });

  test('a value in the query is read as it was written', () => {
    fc.assert(
      fc.property(values, fc.array(fc.tuple(values, values)), (id, others) => {
        const value = `${id.replaceAll('.', '')}.pz2`;
        const query = new URLSearchParams([
          ...others
            .filter(([name]) => name !== 'session')
            .map(([name, text]): [string, string] => [name, text]),
          ['session', value],
        ]);
        expect(find(`/x?${query.toString()}`)?.value).toBe(value);
      }),
    );
  });

  test('other names never count, even where their values look like ours', () => {
    const names = values.filter((name) => name !== 'session');
    const texts = fc.oneof(values, fc.constantFrom('session=1.pz2', '&session=1.pz2', ';session=1.pz2'));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, texts)), (pairs) => {
        const query = new URLSearchParams(pairs.map(([name, text]): [string, string] => [name, text]));
        const path = pairs.map(([name, text]) => `/${encodeURIComponent(`${name}${text}`)}`);
        expect(find(`${path.join('')}?${query.toString()}`)).toBeUndefined();
      }),
    );
  });

  test('nothing throws', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (path, query, cookie) => {
        const target = `/${path};session=${path}?session=${query}&${query}`;
        expect(() => find(target, `session=${cookie};${cookie}`)).not.toThrow();
      }),
    );
  });
});
