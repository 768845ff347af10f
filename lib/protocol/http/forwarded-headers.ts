import type { HttpHeaders, SentHeaders } from './headers.ts';
import { headerText } from './headers.ts';
import { isHost } from './host-header.ts';

/** How a client came to us, as far as it is known. */
export interface ClientPlace {
  /** Whoever opened the connection is a proxy that is believed. */
  readonly trusted: boolean;
  /** The connection to us is encrypted. */
  readonly encrypted: boolean;
}

/** Where clients see the service. */
export interface PublicOrigin {
  readonly protocol: 'http' | 'https';
  /** Host and port as the client wrote them; undefined where it wrote none. */
  readonly host: string | undefined;
}

/** What members may believe of a request's way; a client that is no trusted proxy has no say in it. */
const FORWARDED = /^(?:forwarded|x-forwarded-.*|x-real-ip)$/;

/** Protocol and host by which a client asked: what a trusted proxy in front says of them, as Express reads it, else our own connection. */
export function publicOrigin(headers: HttpHeaders, { trusted, encrypted }: ClientPlace): PublicOrigin {
  const protocol = trusted ? firstOf(headers['x-forwarded-proto']).toLowerCase() : '';
  const forwardedHost = trusted ? firstOf(headers['x-forwarded-host']) : '';
  const host = isHost(forwardedHost) ? forwardedHost : headerText(headers['host']);
  return {
    protocol: protocol === 'https' || protocol === 'http' ? protocol : encrypted ? 'https' : 'http',
    host: isHost(host) ? host : undefined,
  };
}

/** The first of several is the one nearest to the client. */
function firstOf(value: HttpHeaders[string]): string {
  return headerText(value).split(',', 1)[0]?.trim() ?? '';
}

/**
 * Tells the member where a request comes from, in X-Forwarded-For, -Host and -Proto. What an untrusted client says of it is taken away,
 * Forwarded and X-Real-IP included (D38, vector he-02).
 *
 * @param forwardedFor the client's address behind what trusted proxies said; empty for none
 */
export function withForwardedHeaders(
  headers: SentHeaders,
  { protocol, host }: PublicOrigin,
  { trusted, forwardedFor }: { readonly trusted: boolean; readonly forwardedFor: string },
): SentHeaders {
  const believed = Object.entries(headers).filter(([name]) => trusted || !FORWARDED.test(name));
  const result = Object.fromEntries(believed);
  delete result['x-forwarded-for'];
  delete result['x-forwarded-host'];
  if (forwardedFor !== '') result['x-forwarded-for'] = forwardedFor;
  if (host !== undefined) result['x-forwarded-host'] = host;
  result['x-forwarded-proto'] = protocol;
  return result;
}
