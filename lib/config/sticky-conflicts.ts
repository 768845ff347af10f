import { fieldOf } from './given-options.ts';
import type { FoundProblem } from './problem.ts';
import { showValue } from './show-value.ts';

/**
 * Finds what is wrong between the parts of a cluster's stickiness. Looks at the options as they were given.
 *
 * @param path where the cluster stands in the options
 */
export function stickyConflicts(cluster: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  const cookie = fieldOf(cluster, 'stickyCookie');
  if (cookie === undefined) return [];
  const place = [...path, 'stickyCookie'];
  const unsigned = fieldOf(cluster, 'signing') === undefined;
  return [
    ...(unsigned
      ? [
          {
            path: place,
            message: 'needs signing.keys, because its value is signed',
            found: showValue(cookie),
          },
        ]
      : []),
    ...cookieProblems(cookie, place),
  ];
}

/** Browsers drop such cookies without a word (RFC 6265bis, sections 4.1.2.7 and 4.1.3). */
function cookieProblems(cookie: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  const name = fieldOf(cookie, 'name');
  const isSecure = fieldOf(cookie, 'secure') === true;
  const problems: FoundProblem[] = [];
  const report = (key: string, message: string): void => {
    problems.push({ path: [...path, key], message, found: showValue(fieldOf(cookie, key)) });
  };
  if (fieldOf(cookie, 'sameSite') === 'none' && !isSecure) report('sameSite', 'needs secure: true');
  if (typeof name !== 'string' || !/^__(?:host|secure)-/i.test(name)) return problems;
  if (!isSecure) report('name', 'needs secure: true because of how it begins');
  if (!/^__host-/i.test(name)) return problems;
  if (fieldOf(cookie, 'path') !== '/') report('name', 'needs path: "/" because of how it begins');
  if (fieldOf(cookie, 'domain') !== undefined)
    report('domain', 'must be left out where the name begins with "__Host-"');
  return problems;
}
