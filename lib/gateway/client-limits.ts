import type { Clock } from '../clock.ts';
import type { LimitsConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import { addressKey } from '../limits/address-key.ts';
import { ConcurrencyLimit } from '../limits/concurrency-limit.ts';
import { RateLimit } from '../limits/rate-limit.ts';
import type { Rate } from '../limits/rate-limit.ts';
import type { SessionTable } from '../session/session-table.ts';

/** Kinds of requests that are counted apart, by what they cost the server. */
export type LimitedKind = 'init' | 'search' | 'other';

// About 10 MB; who is forgotten starts with a full bucket.
const MAX_KEYS = 50_000;

type Buckets = Readonly<Partial<Record<LimitedKind, RateLimit>>>;

/** What one client may take of a cluster. Nothing here knows of members: it is asked before anything is chosen. */
export class ClientLimits {
  readonly #config: LimitsConfig;
  readonly #byAddress: Buckets;
  readonly #bySession: Buckets;
  readonly #blocked: ConcurrencyLimit;

  constructor(config: LimitsConfig, clock: Clock) {
    this.#config = config;
    const bucket = (rate: Rate): RateLimit => new RateLimit(rate, clock, MAX_KEYS);
    const { init, search, other } = config.perAddress;
    this.#byAddress = { init: bucket(init), search: bucket(search), other: bucket(other) };
    this.#bySession = { search: bucket(config.perSession.search), other: bucket(config.perSession.other) };
    this.#blocked = new ConcurrencyLimit(config.maxBlockedPerSession);
  }

  /** The key under which an address is counted. */
  keyOf(address: string): string {
    return addressKey(address, this.#config.ipv6Prefix);
  }

  /** @throws BalancerError TOO_MANY_REQUESTS */
  admitAddress(kind: LimitedKind, key: string): void {
    take(this.#byAddress[kind], key, { kind, of: 'address' });
  }

  /** @throws BalancerError TOO_MANY_REQUESTS */
  admitSession(kind: LimitedKind, session: string): void {
    take(this.#bySession[kind], session, { kind, of: 'session' });
  }

  /** @throws BalancerError TOO_MANY_REQUESTS when an address has as many live sessions as it may */
  admitNewSession(sessions: SessionTable, key: string, now: number): void {
    if (sessions.countByOwner(key, now) < this.#config.maxSessionsPerAddress) return;
    throw new BalancerError('TOO_MANY_REQUESTS', 'open sessions of this address');
  }

  /**
   * A request that may block begins. Whoever gets no error calls `unblock` once with the same session.
   *
   * @throws BalancerError TOO_MANY_REQUESTS
   */
  block(session: string): void {
    if (this.#blocked.enter(session)) return;
    throw new BalancerError('TOO_MANY_REQUESTS', 'waiting requests of this session');
  }

  unblock(session: string): void {
    this.#blocked.leave(session);
  }
}

interface Limited {
  readonly kind: LimitedKind;
  readonly of: 'address' | 'session';
}

function take(limit: RateLimit | undefined, key: string, { kind, of }: Limited): void {
  const retryAfter = limit?.take(key) ?? 0;
  if (limit === undefined || retryAfter === 0) return;
  const { perSecond, burst } = limit.rate;
  const seconds = Math.ceil(retryAfter / 1000);
  const policy = `${kind}-${of}`;
  throw new BalancerError('TOO_MANY_REQUESTS', `${kind} requests of this ${of}`, {
    headers: {
      'Retry-After': String(seconds),
      // draft-ietf-httpapi-ratelimit-headers-10
      'RateLimit-Policy': `"${policy}";q=${burst};w=${Math.ceil(burst / perSecond)}`,
      RateLimit: `"${policy}";r=0;t=${seconds}`,
    },
  });
}
