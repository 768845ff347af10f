import { isRoute, ROUTE_RULE } from '../sticky/session-value.ts';
import { Refusal } from './refusal.ts';

/**
 * Checks a route, the part after the dot of a session value.
 *
 * @throws {Refusal} when the value is no route.
 */
export function parseRoute(value: unknown): string {
  if (typeof value === 'string' && isRoute(value)) return value;
  throw new Refusal(`is no route. ${ROUTE_RULE}`);
}
