import ipaddr from 'ipaddr.js';
import type { IncomingMessage } from 'node:http';
import { cookieValues } from './cookie-values.ts';

/**
 * What a signed session value is bound to, so that it is of no use to others who see it: nothing, the client's address (its network:
 * /24 of IPv4, /56 of IPv6, because addresses change within one), a header that a proxy in front sets, or a cookie.
 */
export type SessionBinding = 'none' | 'address' | { readonly header: string } | { readonly cookie: string };

const IPV4_PREFIX_BYTES = 3;
const IPV6_PREFIX_BYTES = 7;

/** The text that binds a session value to a client; empty where there is nothing to bind to. */
export function clientBinding(request: IncomingMessage, address: string, binding: SessionBinding): string {
  if (binding === 'none') return '';
  if (binding === 'address') return network(address);
  if ('header' in binding) return String(request.headers[binding.header] ?? '');
  return cookieValues(request.headers.cookie, binding.cookie)[0] ?? '';
}

/** The network of an address, as hexadecimal bytes; the text itself where it is no address. */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const bytes = ipaddr.process(address).toByteArray();
  const prefix = bytes.length === 4 ? IPV4_PREFIX_BYTES : IPV6_PREFIX_BYTES;
  return Buffer.from(bytes.slice(0, prefix)).toString('hex');
}
