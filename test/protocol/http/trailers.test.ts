import { describe, expect, test } from '@jest/globals';
import { announcedTrailers, passedTrailers } from '../../../lib/protocol/http/trailers.ts';

describe('trailers', () => {
  test('go on in their order and spelling', () => {
    const passed = passedTrailers(['X-Sum', '7', 'etag', '"a"', 'x-sum', '8']);
    expect(passed.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'X-Sum: 7',
      'etag: "a"',
      'x-sum: 8',
    ]);
  });

  test.each([
    'Content-Length',
    'Transfer-Encoding',
    'Host',
    'Trailer',
    'TE',
    'Connection',
    'Content-Type',
    'Authorization',
    'Cookie',
    'Set-Cookie',
    'If-Match',
    'Cache-Control',
    'Proxy-Authorization',
    'X-Forwarded-For',
  ])('are never %s, nor is that announced', (name) => {
    expect(passedTrailers([name, 'x'])).toEqual([]);
    expect(announcedTrailers(['Trailer', `X-Sum, ${name}`])).toBe('X-Sum');
  });

  test('are announced as the lines say together', () => {
    expect(announcedTrailers(['Trailer', 'X-A,, X-B', 'trailer', 'X-C'])).toBe('X-A, X-B, X-C');
    expect(announcedTrailers(['X-Other', 'X-A'])).toBe('');
  });
});
