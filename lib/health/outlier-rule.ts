import type { OutlierSettings } from './outlier-settings.ts';
import type { WindowSums } from './outcome-window.ts';

/** What is known of a member whose outcome was just counted. */
export interface Observed {
  /** Failures since its latest answer. */
  readonly failuresInARow: number;
  readonly sums: WindowSums;
  /** Mean latencies of the other members that had enough requests, in milliseconds. */
  readonly peers: readonly number[];
}

/** Why a member is an outlier, in words for operators; undefined when it is none. Pure. */
export function outlierReason(observed: Observed, settings: OutlierSettings): string | undefined {
  return manyInARow(observed, settings) ?? largeShare(observed, settings) ?? muchSlower(observed, settings);
}

/** Mean latency in milliseconds; undefined where too few requests were measured to say. */
export function meanLatency({ measured, latency }: WindowSums, minRequests: number): number | undefined {
  return measured === 0 || measured < minRequests ? undefined : latency / measured;
}

function manyInARow(
  { failuresInARow }: Observed,
  { consecutiveFailures }: OutlierSettings,
): string | undefined {
  if (consecutiveFailures === 0 || failuresInARow < consecutiveFailures) return undefined;
  return `${failuresInARow} failures in a row`;
}

function largeShare(
  { sums: { requests, failures } }: Observed,
  { failureShare, minRequests, window }: OutlierSettings,
): string | undefined {
  if (failureShare === 0 || requests < minRequests || failures < failureShare * requests) return undefined;
  return failures === 0 ? undefined : `${failures} of ${requests} requests failed within ${window} ms`;
}

function muchSlower(
  { sums, peers }: Observed,
  { latencyFactor, minLatency, minRequests }: OutlierSettings,
): string | undefined {
  const mean = meanLatency(sums, minRequests);
  if (latencyFactor === 0 || peers.length === 0 || mean === undefined || mean < minLatency) return undefined;
  const usual = median(peers);
  if (mean < latencyFactor * usual) return undefined;
  return `answers take ${Math.round(mean)} ms, those of other members ${Math.round(usual)} ms`;
}

/** The lower one of the two in the middle, so that of two peers the quicker one is the measure. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
