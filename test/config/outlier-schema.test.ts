import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions } from '../../lib/config/options.ts';

const MEMBERS = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];

function outliersOf(outliers?: unknown) {
  const options =
    outliers === undefined ? {} : { outliers: outliers as NonNullable<ClusterOptions['outliers']> };
  return checkClusterOptions({ members: MEMBERS, ...options }).outliers;
}

describe('Outliers', () => {
  test('are judged unless told otherwise', () => {
    expect(outliersOf()).toEqual({
      consecutiveFailures: 5,
      failureShare: 0.5,
      latencyFactor: 10,
      minLatency: 1000,
      status: [[502, 504]],
      window: 30_000,
      minRequests: 20,
      ejectionTime: 30_000,
      maxEjectionTime: 300_000,
      maxEjected: 0.5,
    });
  });

  test('may be off, and statuses may be none', () => {
    expect(outliersOf('off')).toBeUndefined();
    expect(outliersOf({ status: [] })?.status).toEqual([]);
  });

  test.each([
    ['on', /outliers: must be "off" or an object/],
    [{ window: 30 }, /outliers\.window: .*for seconds write "30s"/],
    [{ failureShare: 50 }, /outliers\.failureShare: must be a number from 0 to 1/],
    [{ status: ['404-599'] }, /outliers\.status\[0\]: must be from 500 on: clients cause statuses below/],
    [{ status: [503, 417] }, /outliers\.status\[1\]: must be from 500 on/],
    [{ status: 503 }, /outliers\.status: must be a list/],
    [{ ejection: '1s' }, /outliers\.ejection: .*ejectionTime/],
  ])('are refused as %j', (outliers, message) => {
    expect(() => outliersOf(outliers)).toThrow(message);
  });
});
