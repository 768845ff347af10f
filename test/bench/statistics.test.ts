import { describe, expect, test } from '@jest/globals';
import { median, quantile } from './statistics.ts';

describe('median', () => {
  test('is the middle one, or lies between the middle two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  test('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index);

  test('is the number below which the share lies', () => {
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 0.99)).toBe(99);
  });

  test('of all is the last one', () => {
    expect(quantile(hundred, 1)).toBe(99);
  });
});
