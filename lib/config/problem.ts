import type { OptionProblem } from '../errors.ts';

/** A problem whose place is still a list of keys, so that it can be looked up in a file. */
export interface FoundProblem {
  /** Keys and indexes from the top of the options. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** What was found, as `showValue` writes it; empty when that says nothing more. */
  readonly found: string;
  /** The key itself is wrong, not its value. */
  readonly atKey?: boolean;
}

/** What a problem becomes for the reader. */
export function toOptionProblem(problem: FoundProblem): OptionProblem {
  return { path: formatPath(problem.path), value: problem.found, message: problem.message };
}

/** Writes a path as one would in JavaScript: `clusters.main.members[0].url`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.map(formatKey).join('').replace(/^\./, '');
}

function formatKey(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const text = String(key);
  return /^[\w$-]+$/.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
}
