import { describe, expect, test } from '@jest/globals';
import { meanLatency, outlierReason } from '../../lib/health/outlier-rule.ts';
import type { Observed } from '../../lib/health/outlier-rule.ts';
import type { OutlierSettings } from '../../lib/health/outlier-settings.ts';

const SETTINGS: OutlierSettings = {
  consecutiveFailures: 5,
  failureShare: 0.5,
  latencyFactor: 10,
  minLatency: 1000,
  status: [],
  window: 30_000,
  minRequests: 20,
  ejectionTime: 0,
  maxEjectionTime: 0,
  maxEjected: 1,
};

const NOTHING = { requests: 0, failures: 0, measured: 0, latency: 0 };

function reason(
  sums: Partial<Observed['sums']>,
  rest: Partial<Omit<Observed, 'sums'>> = {},
  settings: Partial<OutlierSettings> = {},
): string | undefined {
  const observed = { failuresInARow: 0, peers: [], ...rest, sums: { ...NOTHING, ...sums } };
  return outlierReason(observed, { ...SETTINGS, ...settings });
}

/** Twenty answers that took so long on average. */
const answers = (mean: number) => ({ requests: 20, measured: 20, latency: 20 * mean });

describe('A member is an outlier', () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['after enough failures in a row', reason({}, { failuresInARow: 5 }), '5 failures in a row'],
    ['not after fewer', reason({}, { failuresInARow: 4 }), undefined],
    [
      'never by failures in a row at 0',
      reason({}, { failuresInARow: 99 }, { consecutiveFailures: 0 }),
      undefined,
    ],
    [
      'by a share of failures',
      reason({ requests: 20, failures: 10 }),
      '10 of 20 requests failed within 30000 ms',
    ],
    ['not by a smaller share', reason({ requests: 21, failures: 10 }), undefined],
    ['not by a share of too few', reason({ requests: 19, failures: 19 }), undefined],
    ['never by a share at 0', reason({ requests: 20, failures: 20 }, {}, { failureShare: 0 }), undefined],
    [
      'by answers much slower than those of its peers',
      reason(answers(1000), { peers: [90, 100, 5000] }),
      'answers take 1000 ms, those of other members 100 ms',
    ],
    ['not by answers that are not so much slower', reason(answers(1000), { peers: [101] }), undefined],
    ['not by slow answers below the floor', reason(answers(999), { peers: [1] }), undefined],
    ['not by slow answers where nobody is to be compared', reason(answers(9000)), undefined],
    [
      'of two peers the quicker one is the measure',
      reason(answers(1000), { peers: [9000, 100] }),
      'answers take 1000 ms, those of other members 100 ms',
    ],
    ['never by latency at 0', reason(answers(9000), { peers: [1] }, { latencyFactor: 0 }), undefined],
  ])('%s', (_, found, wanted) => {
    expect(found).toBe(wanted);
  });
});

test('a mean latency takes enough measured answers', () => {
  expect(meanLatency({ ...NOTHING, measured: 2, latency: 30 }, 2)).toBe(15);
  expect(meanLatency({ ...NOTHING, measured: 1, latency: 30 }, 2)).toBeUndefined();
});
