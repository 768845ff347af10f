import { describe, expect, test } from '@jest/globals';
import { clientReplyHeaders } from '../../../lib/protocol/http/reply-headers.ts';
import { APP } from '../../helpers/public-places.ts';

describe('a client', () => {
  test('hears of places that it knows', () => {
    const headers = { location: 'http://127.0.0.1:18101/a', 'content-location': '/b', 'x-place': '/c' };
    expect(clientReplyHeaders(headers, 302, APP)).toEqual({
      location: 'http://lb.test/app/a',
      'content-location': '/app/b',
      'x-place': '/c',
    });
  });

  test('gets each cookie in a line of its own, and Link and Refresh as they are', () => {
    const headers = { 'set-cookie': ['a=1; Path=/', 'b=2'], link: '</s.css>', refresh: '0; url=/x' };
    expect(clientReplyHeaders(headers, 200, APP)).toEqual({
      ...headers,
      'set-cookie': ['a=1; Path=/app', 'b=2'],
    });
  });

  test('hears nothing of the connection to the member', () => {
    expect(clientReplyHeaders({ connection: 'close, x-hop', 'x-hop': '1', etag: '"e"' }, 200, APP)).toEqual({
      etag: '"e"',
    });
  });
});
