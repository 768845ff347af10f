import type { IncomingMessage } from 'node:http';
import { http2Stream } from '../forward/http2-message.ts';

/**
 * The headers of a request as the application sees them, in their order and spelling: what it took away or put in before the balancer, such as
 * the name of a user that it knows, goes on like that.
 *
 * @returns name, value, …
 */
export function seenHeaders(request: IncomingMessage): readonly string[] {
  const { headers } = request;
  const rawHeaders = http2Stream(request) === undefined ? request.rawHeaders : asHttp1(request);
  const counts = new Map<string, number>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const key = rawHeaders[index]?.toLowerCase() ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isAsReceived = (key: string, value: string): boolean =>
    counts.get(key) !== 1 ? headers[key] !== undefined : (headers[key] ?? hostOf(headers, key)) === value;
  const result: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (isAsReceived(name.toLowerCase(), value)) result.push(name, value);
    else counts.delete(name.toLowerCase());
  }
  for (const [key, value] of Object.entries(headers)) {
    if (value === undefined || counts.has(key) || key.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) result.push(key, one);
  }
  return result;
}

function hostOf(headers: IncomingMessage['headers'], key: string): unknown {
  return key === 'host' ? headers[':authority'] : undefined;
}

/** HTTP/2 says method, path and host in fields of its own (RFC 9113, section 8.3). */
function asHttp1({ rawHeaders, headers }: IncomingMessage): string[] {
  const result: string[] = [];
  const authority: unknown = headers[':authority'];
  if (typeof authority === 'string' && headers.host === undefined) result.push('host', authority);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!name.startsWith(':')) result.push(name, rawHeaders[index + 1] ?? '');
  }
  return result;
}
