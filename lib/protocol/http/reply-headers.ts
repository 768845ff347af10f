import { type HttpHeaders, headerText, type SentHeaders } from './headers.ts';
import { endToEndReplyHeaders } from './hop-by-hop.ts';
import { publicLocation } from './location-mapping.ts';
import type { PublicPlace } from './public-place.ts';
import { publicSetCookie } from './set-cookie-mapping.ts';

/**
 * The headers with which a client is answered: end-to-end ones, with places that it knows. Link, Refresh and bodies stay as
 * they are, as with Apache.
 */
export function clientReplyHeaders(headers: HttpHeaders, status: number, place: PublicPlace): SentHeaders {
  const result = endToEndReplyHeaders(headers, status);
  for (const name of ['location', 'content-location']) {
    if (result[name] !== undefined) result[name] = publicLocation(headerText(result[name]), place);
  }
  const cookies = result['set-cookie'];
  if (cookies !== undefined) {
    result['set-cookie'] = [cookies].flat().map((cookie) => publicSetCookie(cookie, place));
  }
  return result;
}
