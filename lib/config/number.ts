import { Refusal } from './refusal.ts';

/** The smallest and the largest value that an option takes. */
export type Range<T> = readonly [smallest: T, largest: T];

/**
 * Reads a whole number.
 *
 * @throws {Refusal} when it is none or out of the range.
 */
export function parseWholeNumber(value: unknown, [smallest, largest]: Range<number>): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= smallest && value <= largest)
    return value;
  throw new Refusal(`must be a whole number from ${smallest} to ${largest}${unquoted(value)}`);
}

/**
 * Reads a number with at most two decimals.
 *
 * @throws {Refusal} when it is none, has more decimals or is out of the range.
 */
export function parseHundredths(value: unknown, [smallest, largest]: Range<number>): number {
  const isHundredths = typeof value === 'number' && Math.round(value * 100) / 100 === value;
  if (isHundredths && value >= smallest && value <= largest) return value;
  throw new Refusal(
    `must be a number from ${smallest} to ${largest} with at most two decimals${unquoted(value)}`,
  );
}

function unquoted(value: unknown): string {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? ', written without quotes' : '';
}
