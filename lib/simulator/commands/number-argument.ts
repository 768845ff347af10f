import type { Call } from '../call.ts';
import { atoi } from '../c-text.ts';

/** A number argument, or what counts when it is missing. Text that is no number is 0. */
export function numberArgument(call: Call, name: string, missing: number): number {
  const text = call.argument(name);
  return text === undefined ? missing : atoi(text);
}
