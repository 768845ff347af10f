import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  asksForWebSocket,
  endToEndReplyHeaders,
  endToEndRequestHeaders,
} from '../../../lib/protocol/http/hop-by-hop.ts';

describe('of a request', () => {
  test('what belongs to the connection stays behind', () => {
    const headers = {
      connection: 'close, X-Hop ,, ',
      'keep-alive': 'timeout=5',
      'proxy-connection': 'keep-alive',
      'proxy-authorization': 'Basic YTpi',
      'x-hop': '1',
      trailer: 'X-T',
      te: 'gzip',
      upgrade: 'h2c',
      'x-end': '2',
    };
    expect(endToEndRequestHeaders(headers)).toEqual({ 'x-end': '2', connection: 'keep-alive' });
  });

  test.each([
    'cookie',
    'authorization',
    'host',
    'content-length',
    'content-type',
    'x-forwarded-for',
    'origin',
  ])('%s cannot be taken away by naming it in Connection', (name) => {
    expect(endToEndRequestHeaders({ connection: `close, ${name}`, [name]: 'a' })).toMatchObject({
      [name]: 'a',
    });
  });

  test('TE says that trailers are welcome, and nothing else', () => {
    expect(endToEndRequestHeaders({ te: 'gzip;q=0.5, trailers' })).toEqual({
      te: 'trailers',
      connection: 'keep-alive, TE',
    });
  });

  test('a WebSocket goes on, another protocol does not', () => {
    const webSocket = {
      connection: 'keep-alive, Upgrade',
      upgrade: 'WebSocket',
      'sec-websocket-version': '13',
    };
    expect(asksForWebSocket(webSocket)).toBe(true);
    expect(endToEndRequestHeaders(webSocket)).toEqual({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
    });
    expect(asksForWebSocket({ connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' })).toBe(false);
    expect(asksForWebSocket({ connection: 'Upgrade', upgrade: 'websocket, h2c' })).toBe(false);
    expect(asksForWebSocket({ upgrade: 'websocket' })).toBe(false);
  });

  test('a body without length stays chunked, one with length keeps it', () => {
    expect(endToEndRequestHeaders({ 'transfer-encoding': 'chunked' })).toEqual({
      'transfer-encoding': 'chunked',
      connection: 'keep-alive',
    });
    expect(endToEndRequestHeaders({ 'content-length': '3' })).toMatchObject({ 'content-length': '3' });
  });

  test('Expect stays here', () => {
    expect(endToEndRequestHeaders({ expect: '100-continue' })).toEqual({ connection: 'keep-alive' });
  });
});

describe('of a reply', () => {
  test('what belongs to the connection stays behind', () => {
    const headers = {
      connection: 'close, X-Hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'proxy-authenticate': 'Basic',
      'set-cookie': ['a=1', 'b=2'],
      'content-length': '2',
    };
    expect(endToEndReplyHeaders(headers, 200)).toEqual({
      'set-cookie': ['a=1', 'b=2'],
      'content-length': '2',
    });
  });

  test('a change of protocol is told', () => {
    const headers = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-accept': 'x' };
    expect(endToEndReplyHeaders(headers, 101)).toEqual({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-accept': 'x',
    });
    expect(endToEndReplyHeaders(headers, 200)).toEqual({ 'sec-websocket-accept': 'x' });
  });
});

test('whatever Connection names, it never goes on itself and takes away only what it names', () => {
  const names = fc.stringMatching(/^[a-z][a-z-]{0,10}$/);
  fc.assert(
    fc.property(fc.array(names), fc.dictionary(names, fc.string()), (named, headers) => {
      const result = endToEndReplyHeaders({ ...headers, connection: named.join(',') }, 200);
      expect(result).not.toHaveProperty('connection');
      const gone = Object.keys(headers).filter((name) => !Object.hasOwn(result, name));
      const mayGo = new Set([...named, 'connection', 'keep-alive', 'te', 'trailer', 'upgrade']);
      expect(gone.filter((name) => !mayGo.has(name))).toEqual([]);
    }),
  );
});
