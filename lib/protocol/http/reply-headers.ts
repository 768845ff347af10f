import { headerText, type RawHeaders } from './headers.ts';
import { endToEnd } from './hop-by-hop.ts';
import { publicLocation } from './location-mapping.ts';
import type { PublicPlace } from './public-place.ts';
import { publicSetCookie } from './set-cookie-mapping.ts';

const MAPPED: Readonly<Record<string, (value: string, place: PublicPlace) => string>> = {
  location: publicLocation,
  'content-location': publicLocation,
  'set-cookie': publicSetCookie,
};
/** RFC 9110, section 15.2.2. */
const SWITCHING_PROTOCOLS = 101;
/** Has no Content-Length (RFC 9110, section 8.6). */
const NO_CONTENT = 204;

/**
 * The headers with which a client is answered: end-to-end ones, in their order and spelling, with places that it knows. Link, Refresh and
 * bodies stay as they are, as with Apache.
 *
 * @param status 101 keeps what the new protocol needs
 */
export function clientReplyHeaders(headers: RawHeaders, status: number, place: PublicPlace): string[] {
  const result: string[] = [];
  for (const { name, key, value } of endToEnd(headers)) {
    if (key === 'content-length' && status === NO_CONTENT) continue;
    const map = Object.hasOwn(MAPPED, key) ? MAPPED[key] : undefined;
    result.push(name, map === undefined ? value : map(value, place));
  }
  if (status !== SWITCHING_PROTOCOLS) return result;
  return [...result, 'connection', 'Upgrade', 'upgrade', headerText(headers, 'upgrade')];
}
