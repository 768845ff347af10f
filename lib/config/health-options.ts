import type { Duration } from './duration.ts';

/** How an HTTP server is asked whether it works. */
export interface HttpProbeOptions {
  /** GET, HEAD or OPTIONS. Defaults to 'GET'. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS';
  /** Path and query of the request; the member's own path does not count. Defaults to '/'. */
  readonly path?: string;
  /** Statuses that pass: numbers, or ranges such as "200-399". Defaults to ['200-399']. */
  readonly status?: readonly (number | string)[];
  /** A regular expression that the body must match, in its first 64 kB. Left out, the body does not matter. */
  readonly body?: string;
}

/**
 * Probes: members are asked again and again whether they work, and one that does not gets no new sessions. Pazpar2 is asked for a session that it
 * cannot have, which creates nothing.
 */
export interface HealthOptions {
  /** From the end of one probe of a member to its next: 100ms to 1h. Defaults to '5s'. */
  readonly interval?: Duration;
  /** The same while its probes fail: 100ms to 1h. Defaults to '1s'. */
  readonly fastInterval?: Duration;
  /** Part of an interval by which it is longer or shorter by chance, so that members are not asked in step: 0 to 0.5. Defaults to 0.1. */
  readonly jitter?: number;
  /** Longest time for a probe, connection included: 10ms to 10m. Defaults to '2s'. */
  readonly timeout?: Duration;
  /** Passed probes in a row that make a member up: 1 to 100. The first probe of all decides alone. Defaults to 2. */
  readonly passes?: number;
  /** Failed probes in a row that make a member down: 1 to 100. Defaults to 3. */
  readonly fails?: number;
  /** Probes of a cluster under way: 1 to 1000. Defaults to 10. */
  readonly maxConcurrent?: number;
  /** Whether the gateway says that it is ready only when each member was probed once. Defaults to true. */
  readonly beforeReady?: boolean;
  /** How often Pazpar2 is asked for its own counts of sessions and clients (`info`), 0 for never: 0 to 1h. Defaults to 0. */
  readonly infoInterval?: Duration;
  /** Asks for a page instead. Left out, Pazpar2 is asked as said above. */
  readonly http?: HttpProbeOptions;
}
