import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Frees all that nothing refers to any more. Weak references hold on to what was made or read in the present turn, so that ends first. */
export async function collectGarbage(): Promise<void> {
  if (typeof collect !== 'function') throw new Error('V8 exposes no gc');
  await setImmediate();
  collect();
}
