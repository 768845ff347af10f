import { suggest } from './suggestion.ts';
import { Refusal } from './refusal.ts';

/**
 * Reads one of a few words.
 *
 * @throws {Refusal} when it is none of them; the nearest one is suggested.
 */
export function parseChoice<T extends string>(value: unknown, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  const nearest = typeof value === 'string' ? suggest(value, choices) : '';
  throw new Refusal(`must be ${choices.map((candidate) => `"${candidate}"`).join(' or ')}${nearest}`);
}

/**
 * Reads true or false; words such as "yes" are refused.
 *
 * @throws {Refusal} when it is neither.
 */
export function parseBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Refusal('must be true or false');
}
