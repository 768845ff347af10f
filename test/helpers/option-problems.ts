import { OptionsError } from '../../lib/errors.ts';

/** What is wrong with options, each problem as "path: message". Empty when nothing is. */
export function optionProblems(check: () => unknown): string[] {
  try {
    check();
  } catch (error) {
    if (error instanceof OptionsError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}
