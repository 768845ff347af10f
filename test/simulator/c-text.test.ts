import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atoi, fromByteText, toByteText, untilNul } from '../../lib/simulator/c-text.ts';

describe('A number is read as atoi reads it:', () => {
  test.each([
    ['34754306', 34_754_306],
    ['34754306.pz1', 34_754_306],
    ['34754306~tag.pz1', 34_754_306],
    ['34754306abc', 34_754_306],
    [' \t\r\n\v\f34754306', 34_754_306],
    ['+34754306', 34_754_306],
    ['0034754306', 34_754_306],
    ['-7', -7],
    ['4329721602', 34_754_306],
    ['-4260212990', 34_754_306],
    ['', 0],
    ['pz1', 0],
    ['+-5', 0],
    ['\u00A05', 0],
    ['99999999999999999999999', -1],
    ['-99999999999999999999999', 0],
  ])('%j is %i', (text, number) => {
    expect(atoi(text)).toBe(number);
  });

  test('64 bits wrap to 32, whatever stands after the digits', () => {
    const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(integers, fc.stringMatching(/^(?:[^0-9][^]*)?$/), (integer, rest) => {
        expect(atoi(`${integer}${rest}`)).toBe(Number(BigInt.asIntN(32, integer)));
      }),
    );
  });
});

test('C sees nothing after a NUL', () => {
  expect(untilNul('ping\0x')).toBe('ping');
  expect(untilNul('ping')).toBe('ping');
});

test('Text becomes bytes and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fromByteText(toByteText(text))).toBe(text);
    }),
  );
});

test('Bytes that are no UTF-8 are told apart', () => {
  expect(fromByteText('caf\xe9')).toBeUndefined();
  expect(fromByteText('\xed\xa0\x80')).toBeUndefined();
});
