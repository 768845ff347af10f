import { type Header, headerText, type RawHeaders } from './headers.ts';
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
const OURS: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);

/** Protocol and host by which a client asked: what a trusted proxy in front says of them, as Express reads it, else our own connection. */
export function publicOrigin(headers: RawHeaders, { trusted, encrypted }: ClientPlace): PublicOrigin {
  const protocol = trusted ? firstOf(headerText(headers, 'x-forwarded-proto')).toLowerCase() : '';
  const forwardedHost = trusted ? firstOf(headerText(headers, 'x-forwarded-host')) : '';
  const host = isHost(forwardedHost) ? forwardedHost : headerText(headers, 'host');
  return {
    protocol: protocol === 'https' || protocol === 'http' ? protocol : encrypted ? 'https' : 'http',
    host: isHost(host) ? host : undefined,
  };
}

/** The first of several is the one nearest to the client. */
function firstOf(list: string): string {
  return list.split(',', 1)[0]?.trim() ?? '';
}

/** True for a header that goes on to the member: not one about the request's way that a stranger made up (D38, vector he-02). */
export function isBelieved({ key }: Header, trusted: boolean): boolean {
  return !OURS.has(key) && (trusted || !FORWARDED.test(key));
}

/**
 * What tells the member where a request comes from.
 *
 * @param forwardedFor the client's address behind what trusted proxies said; empty for none
 */
export function forwardedHeaders({ protocol, host }: PublicOrigin, forwardedFor: string): string[] {
  return [
    ...(forwardedFor === '' ? [] : ['x-forwarded-for', forwardedFor]),
    ...(host === undefined ? [] : ['x-forwarded-host', host]),
    'x-forwarded-proto',
    protocol,
  ];
}
