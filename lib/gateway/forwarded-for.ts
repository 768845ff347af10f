import type { IncomingMessage } from 'node:http';

/** Whether a proxy in front is believed: its address, and how many others stand between it and us. As Express's `trust proxy fn`. */
export type TrustsProxy = (address: string, hop: number) => boolean;

const MAX_BYTES = 200;
const MAPPED_IPV4 = '::ffff:';

/**
 * Value of X-Forwarded-For for the member: the peer's address, behind what a trusted proxy said. Of a value that is too long the
 * entries nearest to us stay. Empty for a peer without address (a Unix socket, or gone).
 */
export function forwardedFor(request: IncomingMessage, trusts: TrustsProxy): string {
  const peer = peerAddress(request);
  const given = request.headers['x-forwarded-for'];
  if (typeof given !== 'string' || !trusts(peer, 0)) return peer;
  return nearestEntries([...given.split(','), peer]);
}

/** As many of the last entries as fit. Walks from the end, because clients can make such a list long. */
function nearestEntries(entries: readonly string[]): string {
  let list = '';
  for (const raw of entries.toReversed()) {
    const entry = raw.trim();
    if (entry === '') continue;
    const longer = list === '' ? entry : `${entry}, ${list}`;
    if (longer.length > MAX_BYTES) break;
    list = longer;
  }
  return list;
}

/** The address of whoever opened the connection, an IPv4 address in its own form. Empty for a Unix socket. */
export function peerAddress(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? '';
  return address.startsWith(MAPPED_IPV4) ? address.slice(MAPPED_IPV4.length) : address;
}
