import type { Rate } from '../limits/rate-limit.ts';

/** The statistics engine: members push how busy they are, programs ask who is to be used. */
export interface StatisticsOptions {
  /** The path under which it is served. Defaults to '/athena'. */
  readonly path?: string;
  /** What `Authorization: Bearer` of an update must carry: at least 22 characters. Defaults to none. */
  readonly token?: string;
  /** Addresses and networks from which updates may come; `['all']` for every one. Defaults to ['loopback']. */
  readonly allow?: readonly string[];
  /** Updates of one address, a token bucket; a refused one counts too. Defaults to { perSecond: 100, burst: 1000 }. */
  readonly updateRate?: Rate;
  /** Engine requests in one HTTP request: 1 to 1000. Defaults to 16. */
  readonly maxRequests?: number;
  /** Whether those may be of several kinds. Defaults to false. */
  readonly mixedKinds?: boolean;
  /** What statistics may be, by name, such as `{ load1: [0, 1000] }`: an update with another number is refused. Defaults to any finite number. */
  readonly ranges?: Readonly<Record<string, readonly [least: number, most: number]>>;
}
