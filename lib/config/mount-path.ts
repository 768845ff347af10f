import { Refusal } from './refusal.ts';

const HOW_TO_WRITE =
  'must be a path such as "/pazpar2/search.pz2": parts of letters, digits, ".", "_", "~" and "-", each after a "/"';
const SHAPE = /^(?:\/[\w.~-]+)+$/;

/**
 * Reads the path under which a cluster is served. "/" takes every path.
 *
 * @throws {Refusal} when it is none, or one that a client would never send ("." and ".." are resolved by browsers).
 */
export function parseMountPath(value: unknown): string {
  if (value === '/') return value;
  if (typeof value !== 'string') throw new Refusal(HOW_TO_WRITE);
  if (value.length > 1 && value.endsWith('/')) throw new Refusal(`must not end with "/"; ${HOW_TO_WRITE}`);
  if (!SHAPE.test(value)) throw new Refusal(HOW_TO_WRITE);
  if (value.split('/').some((part) => part === '.' || part === '..'))
    throw new Refusal('must not have "." or ".." as a part');
  return value;
}
