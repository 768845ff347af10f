import { Refusal } from './refusal.ts';

const HOW_TO_WRITE =
  'must be at most 40 letters, digits, "_", "~" and "-" that start with a letter, and not "e" with digits alone';

/**
 * Checks a route, the part after the dot of a session value. One as `e1` would make a number of `3.e1`.
 *
 * @throws {Refusal} when the value is no route.
 */
export function parseRoute(value: unknown): string {
  if (typeof value === 'string' && /^(?!e\d+$)[a-z][\w~-]{0,39}$/i.test(value)) return value;
  throw new Refusal(HOW_TO_WRITE);
}
