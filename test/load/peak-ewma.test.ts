import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PeakEwma } from '../../lib/load/peak-ewma.ts';

describe('a mean that counts peaks at once', () => {
  test('is nothing before the first observation, and that one after it', () => {
    const mean = new PeakEwma(10_000);
    expect(mean.mean).toBe(0);
    mean.observe(40, 5);
    expect(mean.mean).toBe(40);
  });

  test('jumps to every peak and forgives it with time', () => {
    const mean = new PeakEwma(10_000);
    mean.observe(10, 0);
    mean.observe(1000, 1);
    expect(mean.mean).toBe(1000);
    mean.observe(10, 10_001);
    expect(mean.mean).toBeCloseTo(10 + 990 / Math.E, 6);
    mean.observe(10, 200_000);
    expect(mean.mean).toBeCloseTo(10, 3);
  });

  test('fades while nothing is observed, so that who is avoided is tried again', () => {
    const mean = new PeakEwma(10_000);
    expect(mean.at(5)).toBe(0);
    mean.observe(1000, 0);
    expect(mean.at(0)).toBe(1000);
    expect(mean.at(10_000)).toBeCloseTo(1000 / Math.E, 6);
    expect(mean.at(100_000)).toBeLessThan(1);
  });

  test('stays between the lowest and the highest that was observed', () => {
    const observations = fc.array(fc.tuple(fc.nat(5000), fc.nat(20_000)), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(observations, (list) => {
        const mean = new PeakEwma(10_000);
        let now = 0;
        for (const [latency, pause] of list) mean.observe(latency, (now += pause));
        const latencies = list.map(([latency]) => latency);
        expect(mean.mean).toBeGreaterThanOrEqual(Math.min(...latencies) - 1e-9);
        expect(mean.mean).toBeLessThanOrEqual(Math.max(...latencies) + 1e-9);
      }),
    );
  });
});
