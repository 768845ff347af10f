import { checkPath } from './request-target.ts';

/**
 * What stands behind a prefix of whole segments: empty, or from "/" on. Undefined where the path is not below it; "/app" is no prefix
 * of "/apple".
 *
 * @param prefix without "/" at its end; empty or "/" is a prefix of every path
 */
export function behindPrefix(path: string, prefix: string): string | undefined {
  if (prefix === '' || prefix === '/') return path;
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  return rest === '' || rest.startsWith('/') ? rest : undefined;
}

/** How the paths of clients become those of a member. */
export interface TargetPlaces {
  /** The path under which the cluster is served: cut off. */
  readonly clusterPath: string;
  /** The path of the member's URL: put in front. Empty for none. */
  readonly memberPath: string;
}

/**
 * The path that a member is asked for.
 *
 * @param path as the client sent it, see `parseRequestTarget`
 * @returns undefined where the path is not below the cluster's
 * @throws BalancerError REQUEST_AMBIGUOUS where it leads above the cluster's path ("/app/../x"): it would leave the member's too
 */
export function memberPathFor(path: string, { clusterPath, memberPath }: TargetPlaces): string | undefined {
  const rest = behindPrefix(path, clusterPath);
  if (rest === undefined) return undefined;
  checkPath(rest);
  const inFront = memberPath === '/' ? '' : memberPath;
  return inFront.endsWith('/') && rest.startsWith('/') ? inFront + rest.slice(1) : inFront + rest || '/';
}
