import type { Rate } from '../limits/rate-limit.ts';
import type { Duration } from './duration.ts';
import type { MemberTlsOptions } from './tls-options.ts';

/** Engines that are to know the same: what is set at one is set at all. */
export interface MirrorOptions {
  /** What they share, at least 22 characters: an engine tells and takes only what comes with it. */
  readonly token: string;
  /** The other engines, with their paths, such as "http://gateway-b.internal:8081/athena". One that is only asked needs none. Defaults to none. */
  readonly peers?: readonly string[];
  /** How often each is asked for all that it knows, beside what it is told at once: 1s to 1h. Defaults to '5s'. */
  readonly interval?: Duration;
  /** TLS with peers that are reached by https. Defaults to what Node trusts. */
  readonly tls?: MemberTlsOptions;
}

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
  /** Other engines that are to know the same as this one. Defaults to none. */
  readonly mirror?: MirrorOptions;
  /** What statistics may be, by name, such as `{ load1: [0, 1000] }`: an update with another number is refused. Defaults to any finite number. */
  readonly ranges?: Readonly<Record<string, readonly [least: number, most: number]>>;
}
