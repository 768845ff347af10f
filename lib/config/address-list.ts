import proxyaddr from 'proxy-addr';
import { Refusal } from './refusal.ts';

const WHAT = 'an address, a network such as "10.0.0.0/8", "loopback", "linklocal", "uniquelocal" or "all"';

/**
 * Reads a list of addresses and networks.
 *
 * @throws {Refusal} when it is no list, or an entry is no address.
 */
export function parseAddressList(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Refusal(`must be a list of which each entry is ${WHAT}`);
  return value.map((entry: unknown, index) => {
    if (typeof entry === 'string' && (entry === 'all' || isAddress(entry))) return entry;
    throw new Refusal(`must be ${WHAT}`, index);
  });
}

/** True for what proxy-addr can compare with: one address, network or word. */
export function isAddress(text: string): boolean {
  try {
    proxyaddr.compile(text);
    return true;
  } catch {
    return false;
  }
}
