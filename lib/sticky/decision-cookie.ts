import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { cookieValues } from './cookie-values.ts';

/** A secret that the balancer shares with those who may steer it. */
export interface DecisionKey {
  /** 1 to 8 letters and digits; visible in the cookie. */
  readonly id: string;
  readonly secret: string;
}

/** What a backend decides for one client: a member to stay on, or a farm to prefer. */
export type Decision =
  | { readonly kind: 'member'; readonly target: string }
  | { readonly kind: 'farm'; readonly target: string };

/** A decision, whom it holds for, and until when. */
export interface DecisionToSign {
  /** The cluster at which it holds. */
  readonly cluster: string;
  readonly decision: Decision;
  /** Seconds since 1970 after which it holds no more. */
  readonly expires: number;
}

/** Why a cookie is ignored. */
export type DecisionFlaw = 'malformed' | 'unknown key' | 'wrong signature' | 'expired' | 'of another farm';

/** What a request's cookies say. */
export type DecisionReading =
  | { readonly decision: Decision; readonly flaw?: undefined }
  | { readonly decision?: undefined; readonly flaw: DecisionFlaw };

const VERSION = '1';
const NAME = '[A-Za-z][A-Za-z0-9_~-]{0,39}';
const VALUE = new RegExp(
  `^${VERSION}\\.([A-Za-z0-9]{1,8})\\.([0-9]{1,12})\\.(${NAME})\\.(member|farm)\\.(${NAME})\\.([A-Za-z0-9_-]{43})$`,
);

/**
 * The cookie's value: `1.KEY.EXPIRES.CLUSTER.KIND.TARGET.MAC`.
 *
 * KEY is the key's id, EXPIRES are seconds since 1970, KIND is `member` or `farm`, TARGET a member's route or a cluster's name. MAC is
 * HMAC-SHA256 over all that stands before it and its dot, in base64url without padding (RFC 4648, section 5).
 *
 * @throws {TypeError} if a part cannot stand in a cookie
 */
export function signDecision(key: DecisionKey, { cluster, decision, expires }: DecisionToSign): string {
  const signed = [VERSION, key.id, Math.floor(expires), cluster, decision.kind, decision.target].join('.');
  const value = `${signed}.${macOf(createSecretKey(key.secret, 'utf8'), signed)}`;
  if (!VALUE.test(value)) throw new TypeError(`not a decision that a cookie can carry: ${signed}`);
  return value;
}

/** Reads decisions that backends made, for one cluster. Nothing is remembered: every gateway with the same keys reads the same. */
export class DecisionReader {
  readonly #name: string;
  readonly #cluster: string;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #clock: Clock;

  /** @param name of the cookie */
  constructor(name: string, cluster: string, keys: readonly DecisionKey[], clock: Clock) {
    this.#name = name;
    this.#cluster = cluster;
    this.#keys = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]));
    this.#clock = clock;
  }

  /**
   * The first decision that holds here; else what is wrong with the first that does not; undefined without a cookie.
   *
   * @param header the Cookie header
   */
  read(header: string | undefined): DecisionReading | undefined {
    const readings = cookieValues(header, this.#name).map((value) => this.#readOne(value));
    return readings.find(({ decision }) => decision !== undefined) ?? readings[0];
  }

  #readOne(value: string): DecisionReading {
    const match = VALUE.exec(value);
    if (match === null) return { flaw: 'malformed' };
    const [, id = '', expires = '', cluster = '', kind = '', target = '', mac = ''] = match;
    const key = this.#keys.get(id);
    if (key === undefined) return { flaw: 'unknown key' };
    const expected = macOf(key, value.slice(0, -mac.length - 1));
    if (!timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(mac, 'latin1'))) {
      return { flaw: 'wrong signature' };
    }
    if (Number(expires) * 1000 <= this.#clock.now()) return { flaw: 'expired' };
    if (cluster !== this.#cluster) return { flaw: 'of another farm' };
    return { decision: { kind: kind === 'farm' ? 'farm' : 'member', target } };
  }
}

function macOf(key: KeyObject, signed: string): string {
  return createHmac('sha256', key).update(signed, 'latin1').digest('base64url');
}
