import { describe, expect, test } from '@jest/globals';
import { clientReplyHeaders } from '../../../lib/protocol/http/reply-headers.ts';
import { APP } from '../../helpers/public-places.ts';

describe('a client', () => {
  test('hears of places that it knows', () => {
    const headers = ['Location', 'http://127.0.0.1:18101/a', 'content-location', '/b', 'X-Place', '/c'];
    expect(clientReplyHeaders(headers, 302, APP)).toEqual([
      'Location',
      'http://lb.test/app/a',
      'content-location',
      '/app/b',
      'X-Place',
      '/c',
    ]);
  });

  test('gets each cookie in a line of its own, and Link and Refresh as they are', () => {
    const headers = [
      'Set-Cookie',
      'a=1; Path=/',
      'Link',
      '</s.css>',
      'set-cookie',
      'b=2',
      'Refresh',
      '0; url=/x',
    ];
    expect(clientReplyHeaders(headers, 200, APP)).toEqual(headers.with(1, 'a=1; Path=/app'));
  });

  test('hears nothing of the connection to the member', () => {
    const headers = ['Connection', 'close, X-Hop', 'X-Hop', '1', 'ETag', '"e"', 'constructor', 'x'];
    expect(clientReplyHeaders(headers, 200, APP)).toEqual(['ETag', '"e"', 'constructor', 'x']);
  });

  test('hears of no length where there can be no content', () => {
    expect(clientReplyHeaders(['Content-Length', '0', 'ETag', '"e"'], 204, APP)).toEqual(['ETag', '"e"']);
    expect(clientReplyHeaders(['Content-Length', '0'], 200, APP)).toEqual(['Content-Length', '0']);
  });

  test('hears of a change of protocol', () => {
    const headers = ['Connection', 'upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Accept', 'x'];
    const accept = ['Sec-WebSocket-Accept', 'x'];
    expect(clientReplyHeaders(headers, 101, APP)).toEqual([
      ...accept,
      'connection',
      'Upgrade',
      'upgrade',
      'websocket',
    ]);
    expect(clientReplyHeaders(headers, 200, APP)).toEqual(accept);
  });
});
