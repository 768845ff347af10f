/** How members are probed. Times in milliseconds. */
export interface ProbeSettings {
  /** From the end of one probe to the next. */
  readonly interval: number;
  /** The same while probes fail. */
  readonly fastInterval: number;
  /** Part of an interval by which it is longer or shorter by chance: 0 to 0.5. */
  readonly jitter: number;
  /** For a whole probe. */
  readonly timeout: number;
  /** Passed probes in a row that make a member up. */
  readonly passes: number;
  /** Failed probes in a row that make a member down. */
  readonly fails: number;
  /** Most probes under way in a cluster. */
  readonly maxConcurrent: number;
}
