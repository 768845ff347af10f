import type { HttpHeaders, SentHeaders } from './headers.ts';
import { headerText, listedTokens } from './headers.ts';

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
function endToEnd(headers: HttpHeaders): SentHeaders {
  const named = new Set(listedTokens(headers['connection']).filter((name) => !END_TO_END.test(name)));
  const result: SentHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || named.has(name)) continue;
    result[name] = typeof value === 'string' ? value : [...value];
  }
  return result;
}

/**
 * True for a request to go on as WebSocket (RFC 6455, section 4.1). Every other protocol is kept from a member: on a connection that is no
 * HTTP any more, requests would pass that nobody checks.
 */
export function asksForWebSocket(headers: HttpHeaders): boolean {
  return (
    listedTokens(headers['connection']).includes('upgrade') &&
    headerText(headers['upgrade']).trim().toLowerCase() === 'websocket'
  );
}

/**
 * The client's headers as far as they are for the member, and those of our connection to it. Of TE, "trailers" goes on; of Upgrade,
 * WebSocket; a body without length stays chunked, which is how Node frames it.
 *
 * Expect is left out: Node has answered 100-continue by the time that a body is read.
 */
export function endToEndRequestHeaders(headers: HttpHeaders): SentHeaders {
  const { expect: _, ...result } = endToEnd(headers);
  const connection: string[] = [];
  if (asksForWebSocket(headers)) {
    result['upgrade'] = 'websocket';
    connection.push('Upgrade');
  } else {
    connection.push('keep-alive');
  }
  if (listedTokens(headers['te']).includes('trailers')) {
    result['te'] = 'trailers';
    connection.push('TE');
  }
  if (headers['transfer-encoding'] !== undefined) {
    delete result['content-length'];
    result['transfer-encoding'] = 'chunked';
  }
  result['connection'] = connection.join(', ');
  return result;
}

/**
 * The member's headers as far as they are for the client.
 *
 * @param status 101 keeps what the new protocol needs
 */
export function endToEndReplyHeaders(headers: HttpHeaders, status: number): SentHeaders {
  const result = endToEnd(headers);
  if (status !== 101) return result;
  return { ...result, connection: 'Upgrade', upgrade: headerText(headers['upgrade']) };
}
