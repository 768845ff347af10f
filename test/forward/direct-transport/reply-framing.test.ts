import { describe, expect, test } from '@jest/globals';

import { MalformedReply, UnsupportedFraming } from '../../../lib/forward/direct-transport/malformed-reply.ts';
import { bodyLength } from '../../../lib/forward/direct-transport/reply-framing.ts';

describe('the length of a body', () => {
  test('is the one Content-Length', () => {
    expect(bodyLength(200, ['content-LENGTH', '71'])).toBe(71);
    expect(bodyLength(417, ['a', 'b', 'Content-Length', '007'])).toBe(7);
  });

  test.each([204, 304])('is nothing with status %d', (status) => {
    expect(bodyLength(status, [])).toBe(0);
    expect(bodyLength(status, ['Content-Length', '10'])).toBe(0);
  });

  test.each([
    [['Content-Length', '5', 'content-length', '5']],
    [['Content-Length', '']],
    [['Content-Length', '5, 5']],
    [['Content-Length', '0x5']],
    [['Content-Length', '1e3']],
    [['Content-Length', '9999999999999999']],
    [['Content-Length', '5', 'Transfer-Encoding', 'chunked']],
  ])('cannot be had from %j', (headers) => {
    expect(() => bodyLength(200, headers)).toThrow(MalformedReply);
    expect(() => bodyLength(200, headers)).not.toThrow(UnsupportedFraming);
  });

  test.each([
    ['transfer-encoding', ['Transfer-Encoding', 'chunked']],
    ['end-of-connection', ['Content-Type', 'text/xml']],
  ])('is not known from framing by %s, which is valid all the same', (framing, headers) => {
    expect(() => bodyLength(200, headers)).toThrow(
      expect.objectContaining({ name: 'UnsupportedFraming', framing }),
    );
  });
});
