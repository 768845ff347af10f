import { type Header, eachHeader, headerText, type RawHeaders } from './headers.ts';

/**
 * Fields that must not come behind a body: those of framing, routing, conditions, authentication, control and content (RFC 9110, section
 * 6.5.1), those of one connection, and those that a proxy in front sets.
 */
const FORBIDDEN =
  /^(?:transfer-encoding|content-.*|host|trailer|te|connection|keep-alive|upgrade|http2-settings|proxy-.*|cache-control|expect|max-forwards|pragma|range|if-.*|authorization|www-authenticate|authentication-info|cookie2?|set-cookie2?|age|date|expires|location|retry-after|vary|warning|origin|referer|forwarded|via|x-forwarded-.*|x-real-ip)$/;

/** The trailers that go on to the other side. */
export function passedTrailers(trailers: RawHeaders): Header[] {
  return [...eachHeader(trailers)].filter(({ key }) => !FORBIDDEN.test(key));
}

/** The names of trailers that a message announces, as far as those would go on; empty for none. */
export function announcedTrailers(headers: RawHeaders): string {
  const names = headerText(headers, 'trailer')
    .split(',')
    .map((name) => name.trim());
  return names.filter((name) => name !== '' && !FORBIDDEN.test(name.toLowerCase())).join(', ');
}
