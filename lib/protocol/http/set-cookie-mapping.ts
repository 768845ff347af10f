import { isIP } from 'node:net';
import { type PublicPlace, publicPathOf } from './public-place.ts';

const ATTRIBUTE = /^(?<before>\s*(?<name>path|domain)\s*=\s*)(?<value>.*?)(?<after>\s*)$/i;

/**
 * Turns Path and Domain of a Set-Cookie header into those that a client knows, as ProxyPassReverseCookiePath and
 * ProxyPassReverseCookieDomain do; the rest stays as it is. Only the part of a path that is the member's own is replaced, on
 * boundaries of segments (Apache replaces all of it on a common beginning, D44, vector he-31).
 */
export function publicSetCookie(cookie: string, place: PublicPlace): string {
  const [pair = '', ...attributes] = cookie.split(';');
  return [pair, ...attributes.flatMap((attribute) => publicAttribute(attribute, place) ?? [])].join(';');
}

/** Undefined for an attribute that is to go. */
function publicAttribute(attribute: string, place: PublicPlace): string | undefined {
  const { before = '', name, value = '', after = '' } = ATTRIBUTE.exec(attribute)?.groups ?? {};
  if (name === undefined) return attribute;
  const mapped = name.toLowerCase() === 'path' ? publicCookiePath(value, place) : publicDomain(value, place);
  return mapped === undefined ? undefined : before + mapped + after;
}

/** Without "/" at the end of the cluster's own path: "/app/" would keep the cookie from "/app". */
function publicCookiePath(path: string, place: PublicPlace): string {
  const mapped = path.startsWith('/') ? publicPathOf(path, place) : undefined;
  if (mapped === undefined) return path;
  return mapped === `${place.path}/` && place.path !== '' ? place.path : mapped || '/';
}

/**
 * The public host's name for a member's; undefined where no client could take it, so that the cookie is the public host's alone.
 * A domain above the member's is none of the client's either (RFC 6265, section 5.3).
 */
function publicDomain(domain: string, { origin, members }: PublicPlace): string | undefined {
  const name = domain.replace(/^\./, '').toLowerCase();
  const host = hostName(`${origin.protocol}://${origin.host ?? ''}`);
  if (name === '' || isBelow(host, name)) return domain;
  const ofMembers = members.map((member) => hostName(member.origin));
  if (!ofMembers.some((member) => isBelow(member, name))) return domain;
  return ofMembers.includes(name) && host.includes('.') && isIP(host) === 0 ? host : undefined;
}

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** In lower case and without port; empty for none. */
function hostName(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
