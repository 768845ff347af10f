import { Refusal } from './refusal.ts';

const HOW_TO_WRITE =
  'must be "http://host:port", "https://host:port" or "unix:/path/of/socket", each with an optional path, without user name, query or fragment';

/**
 * Checks where a member is.
 *
 * @throws {Refusal} when the value is no address of a member.
 */
export function parseMemberAddress(value: unknown): string {
  if (typeof value !== 'string' || /[\s?#@\\]/.test(value)) throw new Refusal(HOW_TO_WRITE);
  if (/^unix:\/[^:]+(?::\/.*)?$/.test(value)) return value;
  if (/^https?:\/\/[^/]/.test(value) && URL.canParse(value)) return value;
  throw new Refusal(HOW_TO_WRITE);
}
