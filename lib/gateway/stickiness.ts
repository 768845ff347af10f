import type { ParsedSticky } from '../config/sticky-schema.ts';
import type { SessionSigner } from '../sticky/session-signature.ts';
import { StickyCookie, type StickyCookiePlace } from '../sticky/sticky-cookie.ts';
import {
  findStickySession,
  type StickyRequest,
  type StickySessionSettings,
} from '../sticky/sticky-session.ts';

/** How clients of a cluster of protocol `http` stay on their member. */
export type StickinessSettings = Omit<ParsedSticky, 'sessionLoss'>;

/** What ties a request to a member. */
export interface Tie {
  /** Need not be the route of a member any more. */
  readonly route: string;
  /** The application's own session, or our cookie. */
  readonly by: 'session' | 'cookie';
  /** Our cookie is to be set anew, though it is good. */
  readonly stale: boolean;
}

/** Reads and writes what ties clients to members. */
export class Stickiness {
  readonly #session: StickySessionSettings | undefined;
  readonly #cookie: StickyCookie | undefined;

  /** @param signer undefined where nothing is signed; then there is no cookie of ours */
  constructor(settings: StickinessSettings, signer: SessionSigner | undefined) {
    const { stickySession, stickySeparator: separator, stickyCookie } = settings;
    this.#session = stickySession && { ...stickySession, separator };
    this.#cookie = stickyCookie && signer && new StickyCookie(stickyCookie, signer);
  }

  /**
   * What a request is tied by: the application's session if its route is that of a member, else our cookie, else a session of a member that is
   * no more. Undefined for a request without any.
   *
   * @param routes of all members
   * @param binding what our cookie is bound to besides, empty for nothing
   */
  tieOf(request: StickyRequest, routes: readonly string[], binding: string): Tie | undefined {
    const session =
      this.#session && findStickySession(request, this.#session, (route) => routes.includes(route));
    const bySession: Tie | undefined = session && { route: session.route, by: 'session', stale: false };
    if (bySession !== undefined && routes.includes(bySession.route)) return bySession;
    const cookie = this.#cookie?.read(request.cookie, routes, { binding });
    return cookie === undefined ? bySession : { ...cookie, by: 'cookie' };
  }

  /** The Set-Cookie value for a reply of this member; undefined where the client is tied to it already. */
  cookieFor(route: string, tie: Tie | undefined, place: StickyCookiePlace): string | undefined {
    if (tie?.route === route && !tie.stale) return undefined;
    return this.#cookie?.write(route, place);
  }
}
