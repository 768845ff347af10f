import { fieldOf } from './given-options.ts';
import type { FoundProblem } from './problem.ts';
import { showValue } from './show-value.ts';

/** What an entrance may have depends on who serves it. */
export interface EntranceSurroundings {
  /** Where the entrances stand in the options. */
  readonly path: readonly PropertyKey[];
  /** `application`: mounted by a program; `gateway`: by path and listener. */
  readonly servedBy: 'application' | 'gateway';
  /** The gateway has an internal listener. */
  readonly hasInternalListener: boolean;
}

/** Finds entrances that are open to all, or cannot be reached. Looks at the options as they were given. */
export function entranceConflicts(entrances: unknown, surroundings: EntranceSurroundings): FoundProblem[] {
  if (!Array.isArray(entrances)) return [];
  return entrances.flatMap((entrance: unknown, index) => {
    const path = [...surroundings.path, index];
    const places =
      surroundings.servedBy === 'gateway'
        ? listenerProblem(entrance, path, surroundings.hasInternalListener)
        : gatewayOnlyProblems(entrance, path);
    return [...places, ...openProblem(entrance, path)];
  });
}

function listenerProblem(
  entrance: unknown,
  path: readonly PropertyKey[],
  hasInternalListener: boolean,
): FoundProblem[] {
  const listener = fieldOf(entrance, 'listener');
  if (listener !== 'internal') return [];
  const place = { path: [...path, 'listener'], found: showValue(listener) };
  if (fieldOf(entrance, 'path') === undefined)
    return [{ ...place, message: 'needs a path of its own: clusters have none on the internal listener' }];
  return hasInternalListener
    ? []
    : [{ ...place, message: 'needs the internal listener: give its address as admin.listen' }];
}

function gatewayOnlyProblems(entrance: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  return ['path', 'listener']
    .filter((key) => fieldOf(entrance, key) !== undefined)
    .map((key) => ({
      path: [...path, key],
      message: 'is for the gateway only; in an application mount balancer.withPolicy(…) where you like',
      found: showValue(fieldOf(entrance, key)),
      atKey: true,
    }));
}

function openProblem(entrance: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  const isGiven = (key: string): boolean => fieldOf(entrance, key) !== undefined;
  const isObject = typeof entrance === 'object' && entrance !== null;
  if (!isObject || isGiven('path') || isGiven('token') || hasList(entrance)) return [];
  const message =
    'needs a condition (token, allow or deny) or a path of its own; with neither, its policy would hold for everybody';
  return [{ path, message, found: '' }];
}

/** A list that is none is told of elsewhere. */
function hasList(entrance: unknown): boolean {
  return ['allow', 'deny']
    .map((key) => fieldOf(entrance, key))
    .some((list) => (Array.isArray(list) ? list.length > 0 : list !== undefined));
}
