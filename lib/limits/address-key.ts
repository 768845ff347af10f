import ipaddr from 'ipaddr.js';

const IPV6_BYTES = 16;

/**
 * The key under which a client's address is counted: an IPv4 address as it is, an IPv6 address by its prefix, because one customer has
 * a whole prefix of them. A text that is no address is its own key.
 *
 * @param ipv6Prefix length in bits
 */
export function addressKey(address: string, ipv6Prefix: number): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray();
  for (let index = 0; index < IPV6_BYTES; index++) {
    const bits = Math.min(8, Math.max(0, ipv6Prefix - index * 8));
    bytes[index] = (bytes[index] ?? 0) & (0xff << (8 - bits));
  }
  return Buffer.from(bytes).toString('hex');
}
