import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressKey } from '../../lib/limits/address-key.ts';

/** An IPv6 address of documentation (RFC 3849) or of anybody, as a number and written out. */
const addresses = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).filter((bits) => bits >> 32n !== 0xffffn);

function written(bits: bigint): string {
  const digits = bits.toString(16).padStart(32, '0');
  return digits.match(/.{4}/g)?.join(':') ?? '';
}

describe('the key of an address', () => {
  test('is the address itself for IPv4, also where it comes as IPv6', () => {
    expect(addressKey('192.0.2.7', 56)).toBe('192.0.2.7');
    expect(addressKey('::ffff:192.0.2.7', 56)).toBe('192.0.2.7');
    expect(addressKey('::ffff:c000:207', 56)).toBe('192.0.2.7');
  });

  test('is one for all IPv6 addresses with the same prefix, and only for those', () => {
    fc.assert(
      fc.property(addresses, fc.nat(127), fc.integer({ min: 32, max: 128 }), (bits, place, prefix) => {
        const other = bits ^ (1n << BigInt(127 - place));
        fc.pre(other >> 32n !== 0xffffn);
        const keys = [bits, other].map((each) => addressKey(written(each), prefix));
        expect(keys[0] === keys[1]).toBe(place >= prefix);
      }),
    );
  });

  test('does not depend on how an IPv6 address is written', () => {
    expect(addressKey('2001:DB8::1', 128)).toBe(addressKey('2001:db8:0:0:0:0:0:1', 128));
  });

  test.each(['', 'unix', 'not:an:address'])('is the text for what is no address: %j', (text) => {
    expect(addressKey(text, 56)).toBe(text);
  });
});
