import type { FoundProblem } from './problem.ts';
import { showValue } from './show-value.ts';

/** A value that must not stand at two places. */
export interface Claim {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

/** Keys and values of an option as it was given, whatever it is: nothing for what has none. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** A part of an option as it was given. */
export function fieldOf(value: unknown, key: string): unknown {
  return entriesOf(value).find(([candidate]) => candidate === key)?.[1];
}

/**
 * A problem for each text that was claimed before.
 *
 * @param seen what is taken already; grows
 */
export function repeated(
  claims: readonly Claim[],
  message: string,
  seen: Set<unknown> = new Set(),
): FoundProblem[] {
  return claims.flatMap(({ path, value }) => {
    if (typeof value !== 'string') return [];
    if (seen.has(value)) return [{ path, message, found: showValue(value, path) }];
    seen.add(value);
    return [];
  });
}
