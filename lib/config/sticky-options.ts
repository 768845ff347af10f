import type { Duration } from './duration.ts';

/** What becomes of a session whose member cannot serve: `error` says so, `redispatch` begins anew on another member. */
export type SessionLoss = 'error' | 'redispatch';

/** The cookie that ties a client to its member, where the application's own sessions show no route. */
export interface StickyCookieOptions {
  /** Letters, digits, "_", "-" and ".", at most 64. Clusters of one host need different ones. Defaults to 'balancer'. */
  readonly name?: string;
  /** The pages that get it, such as "/app". Left out: the path under which the cluster is served. */
  readonly path?: string;
  /** The host that gets it, with those below it, such as "library.example". Left out: the host that was asked, alone. */
  readonly domain?: string;
  /** How long a browser keeps it, in whole seconds: 0 (until it is closed) to 400 days (9600h). It is set anew at half of that. Defaults to 0. */
  readonly maxAge?: Duration;
  /** Only sent by HTTPS: true, false, or `auto` for clients that came by HTTPS. Defaults to 'auto'. */
  readonly secure?: boolean | 'auto';
  /** Scripts of a page cannot read it. Defaults to true. */
  readonly httpOnly?: boolean;
  /** Which pages of other sites may have it sent: 'strict', 'lax' or 'none' (which needs `secure: true`). Defaults to 'lax'. */
  readonly sameSite?: 'strict' | 'lax' | 'none';
}

/** How clients of a cluster of protocol `http` stay on their member. Left out, they do not. */
export interface StickyOptions {
  /**
   * Names of the application's own session: "COOKIE|parameter", or one name for both, as in Apache. The value is looked for in the path
   * (`;parameter=`), in the query, and in the cookie; what stands behind `stickySeparator` is the member's route.
   */
  readonly stickySession?: string;
  /** One character of punctuation, or 'off': the whole value is the route. Defaults to '.'. */
  readonly stickySeparator?: string;
  /** A cookie of our own. Needs `signing`. */
  readonly stickyCookie?: StickyCookieOptions;
  /** What becomes of a session whose member cannot serve: 'error' or 'redispatch'. Apache's nofailover=On and Off. Defaults to 'redispatch'. */
  readonly sessionLoss?: SessionLoss;
}
