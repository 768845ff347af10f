import { Refusal } from './refusal.ts';

const SHAPE = /^[A-Za-z0-9][\w.~-]{0,63}$/;

/**
 * Reads the name of a member at the statistics engine, which has to go through query strings as it is.
 *
 * @throws {Refusal} when it is none.
 */
export function parsePhysicalName(value: unknown): string {
  if (typeof value === 'string' && SHAPE.test(value)) return value;
  throw new Refusal('must be 1 to 64 letters, digits, "_", ".", "~" or "-", a letter or digit first');
}
