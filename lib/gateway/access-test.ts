import { isIP } from 'node:net';
import proxyaddr from 'proxy-addr';
import type { AccessConfig } from '../config/config.ts';

/** Names the network interface behind a link-local address (RFC 4007, section 11). */
const ZONE = /%.*$/s;

/** Says whether a client with this address may come. */
export type AddressTest = (address: string) => boolean;

/**
 * Apache's `Order deny,allow`, but that an `allow` alone keeps all others out.
 *
 * Who has no address (the peer of a Unix socket, or whom a proxy calls by no address) is in every `deny`, and in an `allow` only when it
 * names "all".
 */
export function accessTest({ allow, deny }: AccessConfig): AddressTest {
  if (allow.length === 0 && deny.length === 0) return () => true;
  const isAllowed = listTest(allow);
  const isDenied = listTest(deny);
  const othersMay = deny.length > 0 || allow.length === 0;
  return (client) => {
    const address = client.replace(ZONE, '');
    if (isAllowed(address)) return true;
    const isNobody = deny.length > 0 && isIP(address) === 0;
    return othersMay && !isNobody && !isDenied(address);
  };
}

function listTest(list: readonly string[]): AddressTest {
  if (list.includes('all')) return () => true;
  if (list.length === 0) return () => false;
  const contains = proxyaddr.compile([...list]);
  return (address) => contains(address, 0);
}
