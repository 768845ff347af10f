import { Refusal } from './refusal.ts';

const SHAPE = /^[A-Za-z][\w-]{0,39}$/;

/**
 * Checks the name of a cluster, which stands in logs and metrics.
 *
 * @throws {Refusal} when it cannot be one.
 */
export function parseClusterName(value: string): string {
  if (SHAPE.test(value)) return value;
  throw new Refusal('must be a name of at most 40 letters, digits, "_" and "-" that starts with a letter');
}
