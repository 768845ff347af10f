import type { IncomingMessage } from 'node:http';
import { BalancerError } from '../errors.ts';
import { isNamed } from '../forward/header-name.ts';
import { http2Stream } from '../forward/http2-message.ts';

/** Methods that are forwarded. Pazpar2 itself ignores the method and would run the command for any. */
export const FORWARDED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** Value of Allow: OPTIONS is answered by the balancer. */
export const ALLOW = 'GET, HEAD, POST, OPTIONS';

const TEXT_VERSIONS: ReadonlySet<string> = new Set(['1.0', '1.1']);

/**
 * Refuses what cannot be read with certainty before anything of it is used.
 *
 * @throws BalancerError HTTP_VERSION_UNSUPPORTED for a line that says anything but 1.0 and 1.1 (Node's parser also takes those without a version),
 *   TRANSFER_CODING_UNSUPPORTED for any transfer coding but `chunked` (RFC 9112, 6.1), REQUEST_MALFORMED for more than one Host
 *   (RFC 9112, 3.2) and for a transfer coding in HTTP/1.0, whose readers may not know it (RFC 9112, 6.1).
 */
export function checkFraming(request: IncomingMessage): void {
  if (http2Stream(request) !== undefined) return;
  if (!TEXT_VERSIONS.has(request.httpVersion)) {
    throw new BalancerError('HTTP_VERSION_UNSUPPORTED', 'use HTTP/1.1');
  }
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new BalancerError('TRANSFER_CODING_UNSUPPORTED', 'use chunked or Content-Length');
  }
  if (coding !== undefined && request.httpVersion === '1.0') {
    throw new BalancerError('REQUEST_MALFORMED', 'HTTP/1.0 has no transfer codings');
  }
  if (countOf(request.rawHeaders, 'host') > 1)
    throw new BalancerError('REQUEST_MALFORMED', 'more than one Host');
}

function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (isNamed(rawHeaders[index] ?? '', name)) count++;
  }
  return count;
}

/** The query as the client sent it, without `?`: a byte string. */
export function rawQuery(url: string | undefined): string {
  const mark = url?.indexOf('?') ?? -1;
  return url === undefined || mark < 0 ? '' : url.slice(mark + 1);
}
