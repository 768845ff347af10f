import { isAddress } from './address-list.ts';
import { parseWholeNumber } from './number.ts';
import { Refusal } from './refusal.ts';

/** Which proxies in front are believed: all, none, so many of them, or those with these addresses. */
export type TrustProxy = boolean | number | readonly string[];

const MOST_PROXIES = 32;
const ADDRESS = 'an address, a network such as "10.0.0.0/8", "loopback", "linklocal" or "uniquelocal"';

/**
 * Reads what Express calls `trust proxy`. A text may hold several addresses with commas between them, as there.
 *
 * @throws {Refusal} when it is none of its forms, or an address is none.
 */
export function parseTrustProxy(value: unknown): TrustProxy {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return parseWholeNumber(value, [0, MOST_PROXIES]);
  if (typeof value === 'string') return value.split(',').map((part) => parseAddress(part.trim()));
  if (Array.isArray(value)) return value.map((part: unknown, index) => parseAddress(part, index));
  throw new Refusal(
    `must be true, false, the number of proxies, or a list of which each entry is ${ADDRESS}`,
  );
}

function parseAddress(value: unknown, index?: number): string {
  if (typeof value === 'string' && isAddress(value)) return value;
  throw new Refusal(`must be ${ADDRESS}`, index);
}
