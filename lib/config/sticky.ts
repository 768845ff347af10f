import { Refusal } from './refusal.ts';

const NAME = /^[\w.~-]{1,64}$/;
const SEPARATOR = /^[!$'()*,.:@_|~-]$/;
/** RFC 6265, section 4.1.1, without the blank. */
const PATH = /^\/[!-:<-~]*$/;
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Where the value of an application's session is found. */
export interface StickySessionNames {
  readonly cookie: string;
  readonly parameter: string;
}

/** Reads `COOKIE|parameter`, or one name for both. @throws {Refusal} when it is neither. */
export function parseStickySession(value: unknown): StickySessionNames {
  const [cookie = '', parameter = cookie, ...others] = typeof value === 'string' ? value.split('|') : [];
  if (NAME.test(cookie) && NAME.test(parameter) && others.length === 0) return { cookie, parameter };
  throw new Refusal(
    'must be "COOKIE|parameter" or one name for both, such as "JSESSIONID|jsessionid": letters, digits, "_", ".", "~" and "-", at most 64 each',
  );
}

/** Reads what stands before the route. Undefined for `off`. @throws {Refusal} when it is no such character. */
export function parseStickySeparator(value: unknown): string | undefined {
  if (value === 'off') return undefined;
  if (typeof value === 'string' && SEPARATOR.test(value)) return value;
  throw new Refusal('must be "off" or one of . - _ ~ ! $ \' ( ) * , : @ |');
}

/** Reads a cookie's name. @throws {Refusal} when it is none. */
export function parseCookieName(value: unknown): string {
  if (typeof value === 'string' && NAME.test(value)) return value;
  throw new Refusal('must be letters, digits, "_", ".", "~" and "-", at most 64');
}

/** Reads a cookie's path. @throws {Refusal} when it is none. */
export function parseCookiePath(value: unknown): string {
  if (typeof value === 'string' && PATH.test(value)) return value;
  throw new Refusal('must be a path such as "/app", without blanks and ";"');
}

/** Reads a cookie's domain, in lower case. @throws {Refusal} when it is no host name. */
export function parseCookieDomain(value: unknown): string {
  if (typeof value === 'string' && DOMAIN.test(value)) return value.toLowerCase();
  throw new Refusal('must be a host name such as "library.example", without a leading dot');
}

/** Reads whether a cookie is for HTTPS only. @throws {Refusal} when it is none of its forms. */
export function parseCookieSecure(value: unknown): boolean | 'auto' {
  if (typeof value === 'boolean' || value === 'auto') return value;
  throw new Refusal('must be true, false or "auto"');
}
