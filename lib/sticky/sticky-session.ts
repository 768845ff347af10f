import { cookieValues } from './cookie-values.ts';
import { decodeEscapes } from './decode-escapes.ts';

/** Where an application's session value is found, and which part of it is the route. */
export interface StickySessionSettings {
  /** Name of the cookie. */
  readonly cookie: string;
  /** Name of the parameter, in the query and in the path. */
  readonly parameter: string;
  /** The route stands behind its first occurrence; undefined where the whole value is the route. */
  readonly separator: string | undefined;
}

/** The parts of a request in which a session value may stand. */
export interface StickyRequest {
  /** Path and query as they came. */
  readonly target: string;
  /** The Cookie header. */
  readonly cookie: string | undefined;
}

/** A session value that names a route. */
export interface StickySession {
  /** Decoded once. */
  readonly value: string;
  /** Not empty. Need not be the route of a member. */
  readonly route: string;
  /** Where it stood. */
  readonly source: 'path' | 'query' | 'cookie';
}

/**
 * Finds the session value of a request as Apache's `stickysession=COOKIE|param` does: `;param=` in the path, then the query, then the
 * cookie (vectors st-A to st-E). Other than there, only whole names count, every value is decoded once, and the first value whose
 * route is known wins (D2 to D6): a search term, an empty value or a forged one moves nobody.
 *
 * @param isKnown tells whether a route is that of a member
 * @returns the first value with a known route; without one the first that names a route at all, so that the caller can tell a session
 *   whose member is gone from a request without session
 */
export function findStickySession(
  request: StickyRequest,
  settings: StickySessionSettings,
  isKnown: (route: string) => boolean,
): StickySession | undefined {
  let unknown: StickySession | undefined;
  for (const session of stickySessions(request, settings)) {
    if (isKnown(session.route)) return session;
    unknown ??= session;
  }
  return unknown;
}

function* stickySessions(
  { target, cookie }: StickyRequest,
  settings: StickySessionSettings,
): Generator<StickySession> {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const { parameter, separator } = settings;
  yield* sessions('path', pathValues(path, parameter), separator);
  yield* sessions('query', queryValues(query, parameter), separator);
  yield* sessions('cookie', cookieValues(cookie, settings.cookie), separator);
}

function* sessions(
  source: StickySession['source'],
  values: readonly string[],
  separator: string | undefined,
): Generator<StickySession> {
  for (const value of values) {
    const route = routeOf(value, separator);
    if (route !== undefined) yield { value, route, source };
  }
}

/** Values of `;name=value` behind any segment of the path (RFC 3986, section 3.3). */
function pathValues(path: string, name: string): string[] {
  if (!path.includes(';')) return [];
  return path.split('/').flatMap((segment) =>
    segment
      .split(';')
      .slice(1)
      .flatMap((parameter) => {
        const equals = parameter.indexOf('=');
        if (equals === -1 || decodeEscapes(parameter.slice(0, equals)) !== name) return [];
        return decodeEscapes(parameter.slice(equals + 1)) ?? [];
      }),
  );
}

function queryValues(query: string, name: string): string[] {
  return query === '' ? [] : new URLSearchParams(query).getAll(name);
}

/** The route in a session value: what stands behind the first separator, or all of it where there is no separator. */
export function routeOf(value: string, separator: string | undefined): string | undefined {
  if (separator === undefined) return value === '' ? undefined : value;
  const at = value.indexOf(separator);
  return at === -1 || at + 1 === value.length ? undefined : value.slice(at + 1);
}
