import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Duration,
  formatDuration,
  parseDuration,
  parseDurationWithin,
} from '../../lib/config/duration.ts';
import { Refusal } from '../../lib/config/refusal.ts';

describe('a duration is read', () => {
  test.each([
    [0, 0],
    ['0s', 0],
    ['500ms', 500],
    ['60s', 60_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['1.1s', 1100],
    ['0.001s', 1],
    ['1.0ms', 1],
  ])('%j as %d milliseconds', (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });
});

describe('a duration is refused', () => {
  test.each([
    [60, 'for seconds write "60s"'],
    ['60', 'for seconds write "60s"'],
    [1.5, 'for seconds write "1.5s"'],
    ['60 s', 'a number with a unit'],
    ['60S', 'a number with a unit'],
    ['60sec', 'a number with a unit'],
    ['-1s', 'a number with a unit'],
    ['1e3s', 'a number with a unit'],
    ['s', 'a number with a unit'],
    ['', 'a number with a unit'],
    ['abc', 'a number with a unit'],
    [' 1s', 'a number with a unit'],
    ['1s\n', 'a number with a unit'],
    ['1constructor', 'a number with a unit'],
    [null, 'a number with a unit'],
    [true, 'a number with a unit'],
    [['1s'], 'a number with a unit'],
    ['0.5ms', 'a whole number of milliseconds'],
    ['1.0005s', 'a whole number of milliseconds'],
    ['99999999999s', 'a number with a unit'],
  ])('%j: %s', (written, reason) => {
    expect(() => parseDuration(written)).toThrow(reason);
  });
});

describe('a duration within a range', () => {
  test.each<[unknown, number]>([
    ['10ms', 10],
    ['1m', 60_000],
  ])('takes the end %j', (written, milliseconds) => {
    expect(parseDurationWithin(written, ['10ms', '1m'])).toBe(milliseconds);
  });

  test.each(['9ms', '60.001s', 0])('refuses %j beyond an end', (written) => {
    expect(() => parseDurationWithin(written, ['10ms', '1m'])).toThrow('must be from 10ms to 1m');
  });
});

describe('a duration is written', () => {
  test.each<[number, Duration]>([
    [0, '0s'],
    [250, '250ms'],
    [90_000, '90s'],
    [600_000, '10m'],
    [7_200_000, '2h'],
  ])('%d milliseconds as %j', (milliseconds, written) => {
    expect(formatDuration(milliseconds)).toBe(written);
  });

  test('so that it is read back as the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

test('a duration with decimals is exact', () => {
  fc.assert(
    fc.property(fc.nat({ max: 99_999 }), fc.nat({ max: 999 }), (whole, thousandths) => {
      const written = `${whole}.${String(thousandths).padStart(3, '0')}s`;
      expect(parseDuration(written)).toBe(whole * 1000 + thousandths);
    }),
  );
});

test('a duration finer than a millisecond is refused, never rounded', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 99_999 }),
      fc.nat({ max: 999 }),
      fc.integer({ min: 1, max: 9 }),
      (whole, thousandths, rest) => {
        const written = `${whole}.${String(thousandths).padStart(3, '0')}${rest}s`;
        expect(() => parseDuration(written)).toThrow('a whole number of milliseconds');
      },
    ),
  );
});

test('whatever text comes, it is a whole number of milliseconds or refused', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9.smh e-]{0,12}$/), (written) => {
      const read = millisecondsOrRefusal(written);
      expect(read instanceof Refusal || (Number.isSafeInteger(read) && read >= 0)).toBe(true);
    }),
  );
});

function millisecondsOrRefusal(written: string): number | Refusal {
  try {
    return parseDuration(written);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
