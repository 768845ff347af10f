import { cookieValues } from './cookie-values.ts';
import type { SessionSigner } from './session-signature.ts';

/** The cookie that we set ourselves, for applications whose sessions show no route. */
export interface StickyCookieSettings {
  readonly name: string;
  /** Undefined for the path under which the cluster is served. */
  readonly path: string | undefined;
  /** Undefined for a cookie of the host alone. */
  readonly domain: string | undefined;
  /** Milliseconds for which a browser keeps it; 0 until it is closed. */
  readonly maxAge: number;
  /** `auto` marks it for clients that came by HTTPS. */
  readonly secure: boolean | 'auto';
  readonly httpOnly: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
}

/** Whom a cookie is read from or given to. */
export interface StickyCookieClient {
  /** What the value is bound to besides; empty for nothing. */
  readonly binding: string;
}

/** Where a cookie is set. */
export interface StickyCookiePlace extends StickyCookieClient {
  /** The client came by HTTPS. */
  readonly secure: boolean;
  /** The path under which the cluster is served. */
  readonly path: string;
}

/** A cookie that we gave. */
export interface StickyCookieReading {
  /** The member's route. */
  readonly route: string;
  /** It is to be set anew: it is past half of its time, or signed with a key that signs no more. */
  readonly stale: boolean;
}

/** RFC 6265, section 4.1.1, without the blank. */
const PATH = /^\/[!-:<-~]*$/;
const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

/**
 * Sets and reads the cookie that ties a client to a member.
 *
 * Its value is a tag and nothing else: it shows no route and no address. Which member it stands for is found by trying their routes, so
 * nothing is remembered, and any gateway with the same keys reads it.
 */
export class StickyCookie {
  readonly #settings: StickyCookieSettings;
  readonly #signer: SessionSigner;
  readonly #staleAfter: number;

  constructor(settings: StickyCookieSettings, signer: SessionSigner) {
    this.#settings = settings;
    this.#signer = signer;
    const limits = [settings.maxAge, signer.maxAge].filter((limit) => limit > 0);
    this.#staleAfter = Math.min(...limits) / 2;
  }

  /**
   * The member that a client was given.
   *
   * @param header the Cookie header
   * @param routes of all members
   * @returns undefined where there is no cookie of ours, or a forged or an expired one, or its member is no more
   */
  read(
    header: string | undefined,
    routes: readonly string[],
    { binding }: StickyCookieClient,
  ): StickyCookieReading | undefined {
    for (const tag of cookieValues(header, this.#settings.name)) {
      const route = routes.find((candidate) => this.#signer.verify(tag, this.#facts(candidate, binding)));
      if (route !== undefined) return { route, stale: this.#signer.isStale(tag, this.#staleAfter) };
    }
    return undefined;
  }

  /** Value of a Set-Cookie header that ties the client to the member with this route. */
  write(route: string, place: StickyCookiePlace): string {
    const { name, domain, maxAge, httpOnly, sameSite, ...settings } = this.#settings;
    const secure = settings.secure === 'auto' ? place.secure : settings.secure;
    return [
      `${name}=${this.#signer.sign(this.#facts(route, place.binding))}`,
      `Path=${settings.path ?? servedPath(place.path)}`,
      ...(domain === undefined ? [] : [`Domain=${domain}`]),
      ...(maxAge === 0 ? [] : [`Max-Age=${Math.floor(maxAge / 1000)}`]),
      ...(secure ? ['Secure'] : []),
      ...(httpOnly ? ['HttpOnly'] : []),
      `SameSite=${SAME_SITE[sameSite]}`,
    ].join('; ');
  }

  /** The name keeps a value from being used under another; no number of a session looks like it. */
  #facts(route: string, binding: string): { number: string; route: string; binding: string } {
    return { number: `cookie ${this.#settings.name}`, route, binding };
  }
}

/** Part of it may be the client's spelling, which must not end the attribute. */
function servedPath(path: string): string {
  return PATH.test(path) ? path : '/';
}
