import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** A shared secret with a name. */
export interface SigningKey {
  /** 1 to 8 letters and digits; visible in session values. */
  readonly id: string;
  readonly secret: string;
}

/** How session values are signed. */
export interface SigningSettings {
  /** The first signs, all verify; so a new key is added first behind, then moved to the front. */
  readonly keys: readonly SigningKey[];
  /** False lets values without a tag pass, while old ones are still around. */
  readonly required: boolean;
  /** Milliseconds after which a value is no longer good; 0 for no limit. */
  readonly maxAge: number;
}

/** What a tag vouches for. */
export interface SignedFacts {
  readonly number: string;
  readonly route: string;
  /** What the value is bound to besides: a client's address prefix, header or cookie. Empty for nothing. */
  readonly binding: string;
}

/** 96 bits of HMAC-SHA256 in base64url. */
const MAC_LENGTH = 16;
// `~` is unreserved and not in base64url, so that the parts need no other mark.
const TAG = /^([A-Za-z0-9]{1,8})~([0-9a-z]{1,8})~([A-Za-z0-9_-]{16})$/;
const CONTEXT = 'pazpar2-balancer session 1';

/**
 * Signs session values, so that nobody can guess another's: Pazpar2's numbers follow from the clock, and it asks for nothing else.
 *
 * A tag is `KEY~TIME~MAC`: the key's id, seconds since 1970 in base 36, and 96 bits of HMAC-SHA256 over cluster, number, route,
 * time and binding. Nothing is remembered: a value verifies after a restart and in every gateway with the same keys.
 */
export class SessionSigner {
  readonly #cluster: string;
  readonly #settings: SigningSettings;
  readonly #clock: Clock;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  constructor(cluster: string, settings: SigningSettings, clock: Clock) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#clock = clock;
    this.#keys = new Map(settings.keys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]));
  }

  /** The tag for a session value that is handed out now. */
  sign(facts: SignedFacts): string {
    const [id, key] = this.#signingKey();
    const time = Math.floor(this.#clock.now() / 1000).toString(36);
    return `${id}~${time}~${this.#mac(key, time, facts)}`;
  }

  /** True when the tag is right, or missing where it may be. Takes the same time for every wrong tag of the right form. */
  verify(tag: string | undefined, facts: SignedFacts): boolean {
    if (tag === undefined) return !this.#settings.required;
    const [, id = '', time = '', mac = ''] = TAG.exec(tag) ?? [];
    const key = this.#keys.get(id);
    if (key === undefined) return false;
    const expected = Buffer.from(this.#mac(key, time, facts), 'latin1');
    return timingSafeEqual(expected, Buffer.from(mac, 'latin1')) && this.#isYoung(time);
  }

  /** Milliseconds after which a value is no longer good; 0 for no limit. */
  get maxAge(): number {
    return this.#settings.maxAge;
  }

  /** True for a tag that `sign` would not give any more: made by a key that only verifies, or longer ago than `age` milliseconds. */
  isStale(tag: string, age: number): boolean {
    const [, id, time = ''] = TAG.exec(tag) ?? [];
    return id !== this.#signingKey()[0] || this.#ageOf(time) > age;
  }

  #isYoung(time: string): boolean {
    return this.#settings.maxAge === 0 || this.#ageOf(time) <= this.#settings.maxAge;
  }

  /** Milliseconds since a tag's time. */
  #ageOf(time: string): number {
    return this.#clock.now() - Number.parseInt(time, 36) * 1000;
  }

  #signingKey(): readonly [string, KeyObject] {
    for (const entry of this.#keys) return entry;
    throw new TypeError('signing needs at least one key');
  }

  #mac(key: KeyObject, time: string, { number, route, binding }: SignedFacts): string {
    // NUL stands in none of the parts but the last, so that no two lists of parts read alike.
    const text = [CONTEXT, this.#cluster, number, route, time, binding].join('\0');
    return createHmac('sha256', key).update(text, 'utf8').digest('base64url').slice(0, MAC_LENGTH);
  }
}
