import { type ClientPlace, forwardedHeaders, isBelieved, publicOrigin } from './forwarded-headers.ts';
import { hasHeader, type Header, headerText, type RawHeaders } from './headers.ts';
import { connectionToMember, endToEnd } from './hop-by-hop.ts';

/** What a member is told beside what the client says. */
export interface RequestHeaderSettings extends ClientPlace {
  /** Value of X-Forwarded-For; empty for none. */
  readonly forwardedFor: string;
  /** Host and port of the member. */
  readonly memberHost: string;
  /** The member gets the client's Host instead of its own. */
  readonly preserveHost: boolean;
}

/** Written anew; Expect by the transport, if the client still waits when the member is asked. */
const NOT_PASSED: ReadonlySet<string> = new Set(['host', 'cookie', 'expect']);

/**
 * The headers with which a member is asked, those of the connection to it included (vectors he-01, he-02, he-09, he-12). What the client
 * says stays in its order and spelling; several lines of Cookie become one (RFC 6265, section 5.4; D40).
 */
export function memberRequestHeaders(headers: RawHeaders, settings: RequestHeaderSettings): string[] {
  const own = headerText(headers, 'host');
  const cookies: string[] = [];
  const passed: string[] = [];
  for (const header of endToEnd(headers)) {
    if (header.key === 'cookie') cookies.push(header.value);
    if (isPassed(header, headers, settings.trusted)) passed.push(header.name, header.value);
  }
  return [
    'host',
    settings.preserveHost && own !== '' ? own : settings.memberHost,
    ...passed,
    ...(cookies.length === 0 ? [] : ['cookie', cookies.join('; ')]),
    ...forwardedHeaders(publicOrigin(headers, settings), settings.forwardedFor),
    ...connectionToMember(headers),
  ];
}

/** A length beside a transfer coding would be that of another message (RFC 9112, section 6.1). */
function isPassed(header: Header, headers: RawHeaders, trusted: boolean): boolean {
  if (NOT_PASSED.has(header.key) || !isBelieved(header, trusted)) return false;
  return header.key !== 'content-length' || !hasHeader(headers, 'transfer-encoding');
}
