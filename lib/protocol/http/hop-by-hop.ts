import { eachHeader, type Header, headerText, headerTokens, type RawHeaders } from './headers.ts';
import { announcedTrailers } from './trailers.ts';

/** Headers of one connection (RFC 9110, sections 7.6.1 and 11.7). Trailers are announced anew by whoever sends them. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Headers meant for whoever is at the end, which Connection cannot name (RFC 9110, section 7.6.1: "A sender MUST NOT send a connection option
 * corresponding to a field that is intended for all recipients"). Otherwise a client could take away what a proxy in front had set (D39).
 */
const END_TO_END =
  /^(?:host|authorization|cookie2?|origin|referer|forwarded|via|x-forwarded-.*|x-real-ip|content-.*|set-cookie|location|cache-control|vary|date|age|expires|etag)$/;

/** Headers that go on to the other side: all but those of this connection and those that Connection names. */
export function endToEnd(headers: RawHeaders): Header[] {
  const named = new Set(headerTokens(headers, 'connection').filter((name) => !END_TO_END.test(name)));
  return [...eachHeader(headers)].filter(({ key }) => !HOP_BY_HOP.has(key) && !named.has(key));
}

/**
 * True for a request to go on as WebSocket (RFC 6455, section 4.1). Every other protocol is kept from a member: on a connection that is no
 * HTTP any more, requests would pass that nobody checks.
 */
export function asksForWebSocket(headers: RawHeaders): boolean {
  return (
    headerTokens(headers, 'connection').includes('upgrade') &&
    headerText(headers, 'upgrade').trim().toLowerCase() === 'websocket'
  );
}

/**
 * The headers of our own connection to a member. Of TE, "trailers" goes on; of Upgrade, WebSocket; of Trailer, what may be one. The
 * transport frames the body.
 */
export function connectionToMember(headers: RawHeaders): string[] {
  const isWebSocket = asksForWebSocket(headers);
  const takesTrailers = headerTokens(headers, 'te').includes('trailers');
  const trailers = announcedTrailers(headers);
  const connection = [isWebSocket ? 'Upgrade' : 'keep-alive', ...(takesTrailers ? ['TE'] : [])];
  return [
    ...(trailers === '' ? [] : ['trailer', trailers]),
    ...(takesTrailers ? ['te', 'trailers'] : []),
    ...(isWebSocket ? ['upgrade', 'websocket'] : []),
    'connection',
    connection.join(', '),
  ];
}
