import { expect, test } from '@jest/globals';
import { parseHundredths, parseWholeNumber } from '../../lib/config/number.ts';

test.each([1, 2, 250])('%d is a whole number from 1 to 250', (value) => {
  expect(parseWholeNumber(value, [1, 250])).toBe(value);
});

test.each([0, 251, 1.5, Number.NaN, Infinity, null, true, '', 'abc', '2x'])('%j is none', (value) => {
  expect(() => parseWholeNumber(value, [1, 250])).toThrow(/^must be a whole number from 1 to 250$/);
});

test('a number in quotes is refused with the way to write it', () => {
  expect(() => parseWholeNumber('200', [1, 250])).toThrow('from 1 to 250, written without quotes');
  expect(() => parseHundredths('0.5', [0.01, 100])).toThrow('decimals, written without quotes');
});

test.each([0.01, 0.29, 1, 1.1, 99.99, 100])('%d has at most two decimals', (value) => {
  expect(parseHundredths(value, [0.01, 100])).toBe(value);
});

test.each([0, 0.001, 0.125, 100.01, -1, Number.NaN, Infinity, null])('%d does not fit', (value) => {
  expect(() => parseHundredths(value, [0.01, 100])).toThrow('from 0.01 to 100 with at most two decimals');
});
