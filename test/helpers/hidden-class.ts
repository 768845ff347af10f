import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';

setFlagsFromString('--allow-natives-syntax');
const haveSameMap = runInThisContext('(one, other) => %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean;

/** True when V8 has one hidden class for all, so that code which meets them can be fast. */
export function haveOneHiddenClass([first, ...others]: readonly object[]): boolean {
  return first !== undefined && others.every((other) => haveSameMap(first, other));
}
