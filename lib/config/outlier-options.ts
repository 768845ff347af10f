import type { Duration } from './duration.ts';

/**
 * Outliers: members are judged by what became of real requests, and one that fails often or is much slower than the others gets no new sessions for a while.
 * Three things eject it: failures in a row, a share of failures, and latency.
 */
export interface OutlierOptions {
  /** Failures in a row: 0 (never) to 1000. Defaults to 5. */
  readonly consecutiveFailures?: number;
  /** Share of failures among the requests of the window: 0 (never) to 1. Defaults to 0.5. */
  readonly failureShare?: number;
  /** How many times as long as those of the other members its answers take on average: 0 (never) to 1000. Defaults to 10. */
  readonly latencyFactor?: number;
  /** A mean latency below this ejects nobody: 0 to 10m. Defaults to '1s'. */
  readonly minLatency?: Duration;
  /** Statuses of replies that count as failures: numbers, or ranges such as "502-504". Only statuses from 500, because clients cause others. Defaults to ['502-504']. */
  readonly status?: readonly (number | string)[];
  /** Shares and latencies are those of the latest so much time: 1s to 1h. Defaults to '30s'. */
  readonly window?: Duration;
  /** With fewer requests in the window, shares and latencies eject nobody: 1 to 100000. Defaults to 20. */
  readonly minRequests?: number;
  /** How long a first ejection lasts; each further one lasts twice as long: 100ms to 1h. Defaults to '30s'. */
  readonly ejectionTime?: Duration;
  /** Longest ejection; after as long a time without one a member begins anew: 100ms to 24h. Defaults to '5m'. */
  readonly maxEjectionTime?: Duration;
  /** Share of the members that may be ejected at a time: 0 to 1. The last one that takes new sessions never is. Defaults to 0.5. */
  readonly maxEjected?: number;
}
