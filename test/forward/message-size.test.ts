import { describe, expect, test } from '@jest/globals';
import { replyHeadSize, requestSize } from '../../lib/forward/message-size.ts';

describe('the size of a request', () => {
  test('is that of its bytes', () => {
    const bytes = 'PUT /x?y=1 HTTP/1.1\r\nHost: app\r\nX-Two: 2\r\n\r\nbody';
    const headers = ['Host', 'app', 'X-Two', '2'];
    const request = { method: 'PUT', target: '/x?y=1', headers, body: Buffer.from('body') };
    expect(requestSize({ ...request, connection: 'kept' })).toBe(bytes.length);
  });

  test('is that of its head when it has no body', () => {
    const request = { method: 'GET', target: '/', headers: [], body: undefined };
    expect(requestSize({ ...request, connection: 'fresh' })).toBe('GET / HTTP/1.1\r\n\r\n'.length);
  });
});

test('the head of a reply counts its status line, and no header', () => {
  const head = { status: 404, reason: 'Not Found', headers: ['Content-Length', '0'] };
  expect(replyHeadSize(head)).toBe('HTTP/1.1 404 Not Found'.length);
});
