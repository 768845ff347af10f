import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatSize, parseSize, parseSizeWithin, type Size } from '../../lib/config/size.ts';

test.each([
  [0, 0],
  [1000, 1000],
  ['64kb', 65_536],
  ['1mb', 1_048_576],
  ['0kb', 0],
])('a size %j is read as %d bytes', (written, bytes) => {
  expect(parseSize(written)).toBe(bytes);
});

test.each([
  '1000',
  '1 mb',
  '1MB',
  '1.5mb',
  '1gb',
  '1kib',
  'mb',
  '',
  '-1kb',
  1.5,
  -1,
  Number.NaN,
  Infinity,
  null,
  true,
  [],
])('a size %j is refused', (written) => {
  expect(() => parseSize(written)).toThrow('must be a whole number of bytes');
});

describe('a size within a range', () => {
  test.each([1024, '1kb', 2048, '2kb'])('takes %j', (written) => {
    expect(parseSizeWithin(written, ['1kb', 2048])).toBe(parseSize(written));
  });

  test.each([1023, 2049, '3kb'])('refuses %j', (written) => {
    expect(() => parseSizeWithin(written, ['1kb', 2048])).toThrow('must be from 1kb to 2048');
  });
});

test.each<[number, Size]>([
  [0, 0],
  [1000, 1000],
  [65_536, '64kb'],
  [1_048_576, '1mb'],
])('%d bytes are written as %j', (bytes, written) => {
  expect(formatSize(bytes)).toBe(written);
});

test('a size that was written is read back as the same', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 1024, 1_048_576), (count, unit) => {
      const bytes = (count % 100_000) * unit;
      expect(parseSize(formatSize(bytes))).toBe(bytes);
    }),
  );
});
