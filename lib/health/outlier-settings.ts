/** When a member counts as an outlier by what became of real requests, and for how long. Times in milliseconds. */
export interface OutlierSettings {
  /** Statuses of replies that count as failures; both ends are included. */
  readonly status: readonly (readonly [number, number])[];
  /** Failures in a row that eject a member; 0 for never. */
  readonly consecutiveFailures: number;
  /** Share of failures among the requests of the window that ejects a member: 0 to 1; 0 for never. */
  readonly failureShare: number;
  /** How many times as slow as its peers a member must be; 0 for never. */
  readonly latencyFactor: number;
  /** A mean latency below this ejects nobody. */
  readonly minLatency: number;
  /** What is counted: the latest so many milliseconds. */
  readonly window: number;
  /** With fewer requests in the window shares and latencies decide nothing. */
  readonly minRequests: number;
  /** How long a first ejection lasts; each further one twice as long. */
  readonly ejectionTime: number;
  readonly maxEjectionTime: number;
  /** Share of the members that may be ejected at a time: 0 to 1. */
  readonly maxEjected: number;
}
