import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { headerValue } from '../reply-headers.ts';
import type { UpstreamRequest } from '../transport.ts';

/** The proxy looks for these by their names in lower case. */
const LOOKED_FOR: ReadonlySet<string> = new Set(['connection', 'content-length', 'host']);

/** True for a request whose body has no length: it goes out in chunks, whatever the method (RFC 9112, section 6.3). */
export function isChunked({ upload, headers }: UpstreamRequest): boolean {
  return upload !== undefined && headerValue(headers, 'content-length') === undefined;
}

/**
 * Has Node write the body in chunks. Called when the proxy has made its request: of one that it saw to be chunked it would close the connection, and to a
 * DELETE without length it gives the length 0, behind which the body would be read as the next request.
 */
export function frameChunked(proxyRequest: ClientRequest): void {
  proxyRequest.removeHeader('Content-Length');
  proxyRequest.setHeader('Transfer-Encoding', 'chunked');
}

/**
 * The headers that the proxy gets: those of one name as one entry, as Node wants them, in their order. The body's length stands among those of an
 * upload; a chunked body is framed by `frameChunked`.
 *
 * @param host value of the Host header, unless the request has one of its own
 */
export function proxiedHeaders(request: UpstreamRequest, host: string): OutgoingHttpHeaders {
  const { headers, body, upload, method } = request;
  const names = new Map<string, string>();
  const result: OutgoingHttpHeaders = { host };
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const given = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    const lower = given.toLowerCase();
    // Trailers stand behind chunks only; Node refuses to announce them elsewhere.
    if (lower === 'trailer' && !isChunked(request)) continue;
    const name = names.get(lower);
    if (name === undefined) {
      const isLookedFor = LOOKED_FOR.has(lower);
      names.set(lower, isLookedFor ? lower : given);
      result[isLookedFor ? lower : given] = value;
    } else {
      const before = result[name];
      result[name] = Array.isArray(before) ? [...before, value] : [String(before), value];
    }
  }
  if (upload === undefined && (body !== undefined || method === 'POST')) {
    result['content-length'] = body?.length ?? 0;
  }
  return result;
}
