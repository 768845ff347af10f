import type { PublicOrigin } from './forwarded-headers.ts';
import { behindPrefix } from './member-target.ts';
import { type MemberPlace, type PublicPlace, publicPathOf } from './public-place.ts';

const WITH_AUTHORITY = /^(?<scheme>https?:)?\/\/(?<authority>[^/?#\\@]*)(?<rest>(?:[/?#].*)?)$/i;
const PATH_AND_REST = /^(?<path>[^?#]*)(?<rest>.*)$/;

/**
 * Turns the value of Location or Content-Location into one that is good for the client, as Apache's ProxyPassReverse does for every
 * member's URL (vectors he-26, he-27). Compared by parsed origin and by whole segments; what leads elsewhere, and what is
 * relative to the page, stays as it is. Paths from the root are mapped too: the member does not know where it is served.
 */
export function publicLocation(location: string, place: PublicPlace): string {
  const { scheme, authority, rest } = WITH_AUTHORITY.exec(location)?.groups ?? {};
  if (authority === undefined || rest === undefined) {
    return location.startsWith('/') && !location.startsWith('//') ? fromRoot(location, place) : location;
  }
  const origin = originOf(`${scheme ?? new URL(place.member.origin).protocol}//${authority}`);
  if (origin === undefined) return location;
  const member = memberAt(origin, rest, place);
  if (member !== undefined) return written(place.origin) + absolutePath(rest, member, place);
  if (!place.preserveHost || origin !== originOf(written(place.origin))) return location;
  return location.slice(0, location.length - rest.length) + fromRoot(rest, place);
}

/** Path, query and fragment, which begin with "/" unless the path is empty. */
function fromRoot(reference: string, place: PublicPlace): string {
  const { path = '', rest = '' } = PATH_AND_REST.exec(reference)?.groups ?? {};
  const mapped = publicPathOf(path, place);
  return mapped === undefined ? reference : pathReference(mapped + rest);
}

/** The member whose URL this is: of several with one origin the one with the longest path. */
function memberAt(origin: string, reference: string, { members }: PublicPlace): MemberPlace | undefined {
  const { path = '' } = PATH_AND_REST.exec(reference)?.groups ?? {};
  let found: MemberPlace | undefined;
  for (const member of members) {
    if (originOf(member.origin) !== origin || behindPrefix(path, member.path) === undefined) continue;
    if (found === undefined || member.path.length > found.path.length) found = member;
  }
  return found;
}

function absolutePath(reference: string, member: MemberPlace, place: PublicPlace): string {
  const { path = '', rest = '' } = PATH_AND_REST.exec(reference)?.groups ?? {};
  const behind = behindPrefix(path, member.path) ?? path;
  const mapped = place.path + behind + rest;
  return place.origin.host === undefined ? pathReference(mapped) : mapped;
}

/** A reference that begins with its path: "//" or "/\\" would begin another host (RFC 3986, section 4.2). */
function pathReference(mapped: string): string {
  if (!mapped.startsWith('/')) return `/${mapped}`;
  return /^\/[/\\]/.test(mapped) ? `/.${mapped}` : mapped;
}

/** Empty where the client named no host: what follows is then a path. */
function written({ protocol, host }: PublicOrigin): string {
  return host === undefined ? '' : `${protocol}://${host}`;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
