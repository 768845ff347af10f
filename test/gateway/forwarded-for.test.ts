import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forwardedFor, peerAddress } from '../../lib/gateway/forwarded-for.ts';

/** A request of a peer, perhaps with a header from the proxies before it. */
function from(peer: string | undefined, given?: string): IncomingMessage {
  const headers = given === undefined ? {} : { 'x-forwarded-for': given };
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

const everybody = (): boolean => true;
const nobody = (): boolean => false;

describe('the peer', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    [undefined, ''],
  ])('%p is %p', (address, expected) => {
    expect(peerAddress(from(address))).toBe(expected);
  });
});

describe('X-Forwarded-For', () => {
  test('carries the peer', () => {
    expect(forwardedFor(from('::ffff:192.0.2.1'), nobody)).toBe('192.0.2.1');
    expect(forwardedFor(from('192.0.2.1'), everybody)).toBe('192.0.2.1');
  });

  test('replaces what somebody said who is not trusted', () => {
    expect(forwardedFor(from('192.0.2.1', '198.51.100.7'), nobody)).toBe('192.0.2.1');
  });

  test('goes on with what a trusted proxy said', () => {
    const request = from('192.0.2.1', '198.51.100.7 ,, 203.0.113.5');
    const asked: [string, number][] = [];
    const trusts = (address: string, hop: number): boolean => asked.push([address, hop]) > 0;
    expect(forwardedFor(request, trusts)).toBe('198.51.100.7, 203.0.113.5, 192.0.2.1');
    expect(asked).toEqual([['192.0.2.1', 0]]);
  });

  test('is empty where nobody has an address', () => {
    expect(forwardedFor(from(undefined), everybody)).toBe('');
    expect(forwardedFor(from(undefined, ' , '), everybody)).toBe('');
    expect(forwardedFor(from(undefined, '198.51.100.7'), everybody)).toBe('198.51.100.7');
  });

  test('has 200 bytes at most and keeps the entries nearest to us', () => {
    const many = Array.from({ length: 4000 }, (_, index) => `10.0.0.${index % 256}`);
    const list = forwardedFor(from('192.0.2.1', many.join(',')), everybody);
    expect(list).toMatch(/^10\.0\.0\.\d+(, 10\.0\.0\.\d+)*, 192\.0\.2\.1$/);
    expect(list.length).toBeLessThanOrEqual(200);
    expect(list.length).toBeGreaterThan(180);
  });

  test('may have exactly 200 bytes', () => {
    const list = `${'x'.repeat(200 - ', 192.0.2.1'.length)}, 192.0.2.1`;
    expect(forwardedFor(from('192.0.2.1', list.split(',')[0]), everybody)).toBe(list);
  });

  test('loses all before an entry that is too long', () => {
    expect(forwardedFor(from('192.0.2.1', `198.51.100.7, ${'x'.repeat(200)}, 203.0.113.5`), everybody)).toBe(
      '203.0.113.5, 192.0.2.1',
    );
    expect(forwardedFor(from(undefined, 'x'.repeat(201)), everybody)).toBe('');
  });

  test('is the longest end of the list that fits', () => {
    const entries = fc.array(fc.stringMatching(/^ ?[0-9a-f.:]{0,60} ?$/), { maxLength: 30 });
    fc.assert(
      fc.property(entries, (given) => {
        const list = [...given, '192.0.2.1'].map((entry) => entry.trim()).filter((entry) => entry !== '');
        while (list.join(', ').length > 200) list.shift();
        expect(forwardedFor(from('192.0.2.1', given.join(',')), everybody)).toBe(list.join(', '));
      }),
    );
  });
});
