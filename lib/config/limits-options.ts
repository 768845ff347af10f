import type { Rate } from '../limits/rate-limit.ts';

/**
 * What one client may take of a cluster under the policy preset `public`; `trusted` entrances are not limited. The defaults never refuse 300 users behind
 * one address. A rate is a token bucket: `{ perSecond: 5, burst: 30 }` allows 30 at once and 5 a second in the long run.
 */
export interface LimitsOptions {
  /** Requests of one address. */
  readonly perAddress?: {
    /** New sessions. Defaults to { perSecond: 50, burst: 1000 }. */
    readonly init?: Rate;
    /** Searches; each opens connections to all targets. Defaults to { perSecond: 100, burst: 1000 }. */
    readonly search?: Rate;
    /** All other requests. Defaults to { perSecond: 3000, burst: 10000 }. */
    readonly other?: Rate;
  };
  /** Requests of one session. */
  readonly perSession?: {
    /** Searches. Defaults to { perSecond: 5, burst: 30 }. */
    readonly search?: Rate;
    /** All other requests. Defaults to { perSecond: 50, burst: 200 }. */
    readonly other?: Rate;
  };
  /** Requests of one session that may wait in the server at once: 1 to 1000. Defaults to 8. */
  readonly maxBlockedPerSession?: number;
  /** Live sessions that one address may have begun: 1 to 1000000. Defaults to 5000. */
  readonly maxSessionsPerAddress?: number;
  /** Bits of an IPv6 address that make one client: 32 to 128. Defaults to 56. */
  readonly ipv6Prefix?: number;
}
