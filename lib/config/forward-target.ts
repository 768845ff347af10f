import { checkForwardUrl } from '../statistics/forward-url.ts';
import { Refusal } from './refusal.ts';

/**
 * Reads where clients are sent when nobody can serve them.
 *
 * @throws {Refusal} when it is no complete URL.
 */
export function parseForwardTarget(value: unknown): string {
  const problem = typeof value === 'string' ? checkForwardUrl(value) : 'must be a text';
  if (typeof value === 'string' && problem === undefined) return value;
  throw new Refusal(problem ?? 'must be a text');
}
