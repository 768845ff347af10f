import { BalancerError } from '../../errors.ts';

const HOST = /^(?:\[[\da-f:.]{2,45}\]|[\w.~-]{1,253})(?::\d{0,5})?$/i;

/** True for the name or address of a host, with a port or without, as clients write it. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/**
 * Refuses a Host header that names no host (RFC 9112, section 3.2; vector he-13). Empty and missing ones pass: HTTP/1.0 knows none.
 *
 * @throws BalancerError REQUEST_MALFORMED
 */
export function checkHost(host: string | undefined): void {
  if (host === undefined || host === '' || isHost(host)) return;
  throw new BalancerError('REQUEST_MALFORMED', 'Host names no host');
}
