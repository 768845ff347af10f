import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endToEndHeaders, headerValue, withHeader } from '../../lib/forward/reply-headers.ts';

/** RFC 9110, section 7.6.1, and what older software sends. */
const OF_ONE_CONNECTION = [
  'Connection',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
];

function lower(text: string): string {
  return text.trim().toLowerCase();
}

describe('endToEndHeaders', () => {
  test('leaves the headers of Pazpar2 as they are', () => {
    const headers = [
      ['Cache-Control', 'no-store, no-cache, must-revalidate, post-check=0, pre-check=0'],
      ['Expires', 'Thu, 19 Nov 1981 08:52:00 GMT'],
      ['Content-Length', '153'],
      ['Content-Type', 'text/xml'],
    ].flat();
    expect(endToEndHeaders(headers)).toEqual(headers);
  });

  test.each(OF_ONE_CONNECTION)('takes %s away, in any case', (name) => {
    const headers = ['A', '1', name, 'x', name.toUpperCase(), 'x', name.toLowerCase(), 'x', 'B', '2'];
    expect(endToEndHeaders(headers)).toEqual(['A', '1', 'B', '2']);
  });

  test('takes away what the connection names, wherever it stands', () => {
    const headers = ['X-Hop', '1', 'Connection', 'close, x-hop ,X-Other', 'x-other', '2', 'X-End', '3'];
    expect(endToEndHeaders(headers)).toEqual(['X-End', '3']);
  });

  test('takes away what a second Connection names', () => {
    const headers = ['Connection', 'close', 'Connection', 'X-Hop', 'X-Hop', '1', 'X-End', '2'];
    expect(endToEndHeaders(headers)).toEqual(['X-End', '2']);
  });

  test('keeps headers that come twice, in their order', () => {
    const headers = ['Set-Cookie', 'a=1', 'X', 'y', 'Set-Cookie', 'b=2'];
    expect(endToEndHeaders(headers)).toEqual(headers);
  });

  test('keeps exactly what is neither of one connection nor named by it', () => {
    const names = fc.constantFrom(...OF_ONE_CONNECTION, 'X-A', 'X-B', 'x-c', 'Content-Type', 'Via');
    const pairs = fc.array(fc.tuple(names, fc.constantFrom('x-a', 'X-B, close', 'x-c,', '', 'via')));
    fc.assert(
      fc.property(pairs, (fields) => {
        const named = fields.flatMap(([name, value]) => (name === 'Connection' ? value.split(',') : []));
        const gone = new Set([...OF_ONE_CONNECTION, ...named].map(lower));
        expect(endToEndHeaders(fields.flat())).toEqual(
          fields.filter(([name]) => !gone.has(lower(name))).flat(),
        );
      }),
    );
  });
});

describe('headerValue', () => {
  test('finds a header by its lower-case name', () => {
    expect(headerValue(['A', '1', 'Content-Length', '7'], 'content-length')).toBe('7');
    expect(headerValue(['A', '1'], 'content-length')).toBeUndefined();
    expect(headerValue(['A', 'content-length'], 'content-length')).toBeUndefined();
  });
});

describe('withHeader', () => {
  test('changes the value in its place and leaves the name as it was written', () => {
    const headers = ['A', '1', 'content-LENGTH', '2', 'B', '3'];
    expect(withHeader(headers, 'Content-Length', '9')).toEqual(['A', '1', 'content-LENGTH', '9', 'B', '3']);
  });

  test('adds what was not there', () => {
    expect(withHeader(['A', '1'], 'Content-Length', '9')).toEqual(['A', '1', 'Content-Length', '9']);
  });
});
