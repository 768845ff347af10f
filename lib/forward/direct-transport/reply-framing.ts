import { headerValues } from './header-values.ts';
import { MalformedReply, UnsupportedFraming } from './malformed-reply.ts';

/** Fits a JavaScript number exactly. */
const LENGTH = /^\d{1,15}$/;

/**
 * How many bytes of body follow a head (RFC 9112, section 6.3). The only place that decides which framing is read:
 * exactly one Content-Length, which every reply of Pazpar2 has.
 *
 * @throws {MalformedReply}
 */
export function bodyLength(status: number, headers: readonly string[]): number {
  const lengths = headerValues(headers, 'content-length');
  const [length] = lengths;
  if (lengths.length > 1) throw new MalformedReply('more than one Content-Length');
  if (length !== undefined && !LENGTH.test(length)) throw new MalformedReply('a Content-Length that is none');
  if (headerValues(headers, 'transfer-encoding').length > 0) {
    if (length !== undefined) throw new MalformedReply('both Transfer-Encoding and Content-Length');
    throw new UnsupportedFraming('transfer-encoding');
  }
  if (status === 204 || status === 304) return 0;
  if (length === undefined) throw new UnsupportedFraming('end-of-connection');
  return Number(length);
}
