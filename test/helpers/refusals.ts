import { BalancerError } from '../../lib/errors.ts';

/** What an action gives, or the refusal it ends in. What no client can be answered with is thrown on. */
export function outcomeOf<T>(action: () => T): T | BalancerError {
  try {
    return action();
  } catch (error) {
    if (error instanceof BalancerError) return error;
    throw error;
  }
}

/** The refusal that an action ends in. Fails the test if there is none. */
export function refusalOf(action: () => unknown): BalancerError {
  const outcome = outcomeOf(action);
  if (outcome instanceof BalancerError) return outcome;
  throw new Error('nothing was refused');
}
