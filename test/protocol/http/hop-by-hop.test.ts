import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asksForWebSocket, connectionToMember, endToEnd } from '../../../lib/protocol/http/hop-by-hop.ts';

const namesOf = (headers: readonly string[]) => endToEnd(headers).map(({ name }) => name);

describe('what belongs to a connection', () => {
  test('stays on it, and so does what Connection names', () => {
    const headers = ['Connection', 'close, X-Hop ,, ', 'connection', 'X-Other', 'Keep-Alive', 'timeout=5'];
    const more = [
      'X-HOP',
      '1',
      'x-other',
      '2',
      'Trailer',
      'X-T',
      'TE',
      'gzip',
      'Upgrade',
      'h2c',
      'X-End',
      '3',
    ];
    const proxies = ['Proxy-Connection', 'a', 'Proxy-Authorization', 'b', 'Proxy-Authenticate', 'c'];
    expect(namesOf([...headers, ...more, ...proxies, 'Transfer-Encoding', 'chunked'])).toEqual(['X-End']);
  });

  test.each([
    'Cookie',
    'Authorization',
    'Host',
    'Content-Length',
    'Content-Type',
    'X-Forwarded-For',
    'Origin',
  ])('is not %s, though Connection may name it', (name) => {
    expect(namesOf(['Connection', `close, ${name}`, name, 'a'])).toEqual([name]);
  });

  test('never goes on, and takes away only what it names', () => {
    const names = fc.stringMatching(/^[a-z][a-z-]{0,10}$/);
    const hopByHop = ['connection', 'keep-alive', 'te', 'trailer', 'upgrade'];
    fc.assert(
      fc.property(fc.array(names), fc.array(names), (named, given) => {
        const mayGo = new Set([...named, ...hopByHop]);
        const kept = namesOf(['connection', named.join(','), ...given.flatMap((name) => [name, 'x'])]);
        expect(kept).not.toContain('connection');
        expect(kept.filter((name) => !mayGo.has(name))).toEqual(given.filter((name) => !mayGo.has(name)));
      }),
    );
  });
});

describe('our own connection to a member', () => {
  test('is kept', () => {
    expect(connectionToMember(['Connection', 'close'])).toEqual(['connection', 'keep-alive']);
  });

  test('says that trailers are welcome where the client says so, and nothing else of TE', () => {
    expect(connectionToMember(['TE', 'gzip;q=0.5, trailers'])).toEqual([
      'te',
      'trailers',
      'connection',
      'keep-alive, TE',
    ]);
    expect(connectionToMember(['TE', 'gzip'])).toEqual(['connection', 'keep-alive']);
  });

  test('announces the trailers that it may carry, and leaves the framing to the transport', () => {
    expect(
      connectionToMember(['Transfer-Encoding', 'Chunked', 'Trailer', 'X-Sum, Host', 'trailer', 'ETag']),
    ).toEqual(['trailer', 'X-Sum, ETag', 'connection', 'keep-alive']);
    expect(connectionToMember(['Trailer', 'Content-Length'])).toEqual(['connection', 'keep-alive']);
  });

  test('becomes a WebSocket, but nothing else', () => {
    const webSocket = ['Connection', 'keep-alive, Upgrade', 'Upgrade', 'WebSocket'];
    expect(asksForWebSocket(webSocket)).toBe(true);
    expect(connectionToMember(webSocket)).toEqual(['upgrade', 'websocket', 'connection', 'Upgrade']);
    expect(asksForWebSocket(['Connection', 'Upgrade, HTTP2-Settings', 'Upgrade', 'h2c'])).toBe(false);
    expect(asksForWebSocket(['Connection', 'Upgrade', 'Upgrade', 'websocket, h2c'])).toBe(false);
    expect(asksForWebSocket(['Upgrade', 'websocket'])).toBe(false);
  });
});
