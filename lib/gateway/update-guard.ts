import type { IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { StatisticsConfig } from '../config/config.ts';
import { addressKey } from '../limits/address-key.ts';
import { RateLimit } from '../limits/rate-limit.ts';
import { EngineError } from '../statistics/engine-error.ts';
import { accessTest } from './access-test.ts';
import type { AddressTest } from './access-test.ts';
import { bearerTest } from './bearer-test.ts';
import type { AuthorizationTest } from './bearer-test.ts';

const MAX_ADDRESSES = 10_000;
const IPV6_PREFIX = 64;

/** Decides who may change something at the statistics engine, and how often. */
export class UpdateGuard {
  readonly #config: StatisticsConfig;
  readonly #clock: Clock;
  readonly #admitsAddress: AddressTest;
  readonly #admitsToken: AuthorizationTest;
  readonly #rate: RateLimit;

  constructor(config: StatisticsConfig, clock: Clock, rate?: RateLimit) {
    this.#config = config;
    this.#clock = clock;
    this.#admitsAddress =
      config.allow.length === 0 ? () => false : accessTest({ allow: config.allow, deny: [] });
    this.#admitsToken = bearerTest(config.token);
    this.#rate = rate ?? new RateLimit(config.updateRate, clock, MAX_ADDRESSES);
  }

  /** The same under other settings; what was counted stays where the rate does. */
  under(config: StatisticsConfig): UpdateGuard {
    const isSameRate = isDeepStrictEqual(config.updateRate, this.#config.updateRate);
    return new UpdateGuard(config, this.#clock, isSameRate ? this.#rate : undefined);
  }

  /**
   * Lets an update pass. What is refused counts against the rate as well, so that nobody guesses tokens quickly.
   *
   * @param address the sender's; empty where it is not known, which only `all` lets pass
   * @throws EngineError 401, 403, 429
   */
  admit({ headers }: IncomingMessage, address: string): void {
    const retryAfter = this.#rate.take(addressKey(address, IPV6_PREFIX));
    if (retryAfter > 0) {
      const seconds = String(Math.max(1, Math.ceil(retryAfter / 1000)));
      throw new EngineError(429, 'too many updates from this address', { 'Retry-After': seconds });
    }
    if (!this.#admitsAddress(address)) throw new EngineError(403, 'no updates are taken from this address');
    if (isFromOtherSite(headers['sec-fetch-site'])) {
      throw new EngineError(403, 'no updates are taken from pages of other sites');
    }
    if (this.#admitsToken(headers.authorization)) return;
    throw new EngineError(401, 'an update needs the token: Authorization: Bearer TOKEN', {
      'WWW-Authenticate': 'Bearer',
    });
  }
}

/** A browser on an allowed machine sends whatever any page asks it to send, and says so (Fetch Metadata, section 2.4). */
function isFromOtherSite(site: string | string[] | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
