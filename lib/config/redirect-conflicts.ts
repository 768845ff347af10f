import { isRoute } from '../sticky/session-value.ts';
import { entriesOf, fieldOf } from './given-options.ts';
import type { FoundProblem } from './problem.ts';
import { showValue } from './show-value.ts';
import { suggest } from './suggestion.ts';

/** More routes than this are not listed in a message. */
const MOST_LISTED = 8;

/**
 * Finds members whose `redirect` names nobody: their sessions would be lost exactly when they need it, which Apache does not tell (vector st-J).
 * Members that are added at run time may name one that comes later. Looks at the options as they were given.
 *
 * @param path where the cluster stands in the options
 */
export function redirectConflicts(cluster: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  const members = entriesOf(fieldOf(cluster, 'members'));
  const routes = members.map(([, member]) => fieldOf(member, 'route')).filter(isText);
  return members.flatMap(([index, member]) => {
    const redirect = fieldOf(member, 'redirect');
    const others = routes.filter((route) => route !== fieldOf(member, 'route'));
    // Another problem tells what is no route at all.
    if (!isText(redirect) || !isRoute(redirect) || others.includes(redirect)) return [];
    const place = [...path, 'members', Number(index), 'redirect'];
    return [{ path: place, message: messageFor(redirect, others), found: showValue(redirect, place) }];
  });
}

function messageFor(redirect: string, others: readonly string[]): string {
  const list = others.length > 0 && others.length <= MOST_LISTED ? `: ${others.join(', ')}` : '';
  return `must be the route of another member of the cluster${list}${suggest(redirect, others)}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
