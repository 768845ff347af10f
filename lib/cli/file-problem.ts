import { describeProblem, type OptionProblem } from '../errors.ts';

/** One line for a problem of a file, as compilers write it, so that editors find the place: `FILE:4:7: listen: …`. */
export function formatFileProblem(
  file: string,
  { line, column, ...problem }: OptionProblem,
  severity: 'error' | 'warning' = 'error',
): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}: ${severity === 'warning' ? 'warning: ' : ''}${describeProblem(problem)}`;
}
