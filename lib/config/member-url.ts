import { parseMemberUrl } from '../forward/member-url.ts';
import { Refusal } from './refusal.ts';

/**
 * Checks where a member is, and gives the URL as it was written.
 *
 * @throws {Refusal} when the value is no member URL.
 */
export function checkMemberUrl(value: unknown): string {
  if (typeof value !== 'string') {
    throw new Refusal('must be a text: http://host:port, https://host:port or unix:/socket/path');
  }
  try {
    parseMemberUrl(value);
    return value;
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(error.message);
    throw error;
  }
}
