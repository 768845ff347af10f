import * as z from 'zod';
import { parseBoolean, parseChoice } from './choice.ts';
import { type Duration, parseDurationWithin } from './duration.ts';
import type { Rate } from '../limits/rate-limit.ts';
import { parseHundredths, parseWholeNumber, type Range } from './number.ts';
import { RATE_RANGES } from './ranges.ts';
import { Refusal } from './refusal.ts';
import { parseSizeWithin, type Size } from './size.ts';

/** An option that `parse` reads. What it refuses becomes an issue, and the other options are still looked at. */
export function option<T>(parse: (value: unknown) => T): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    try {
      if (value === undefined) throw new Refusal('is missing');
      return parse(value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      context.addIssue({
        code: 'custom',
        message: error.message,
        path: error.index === undefined ? [] : [error.index],
      });
      return z.NEVER;
    }
  });
}

/** An option in milliseconds once it is read. */
export function duration(range: Range<Duration>, fallback: Duration): z.ZodType<number> {
  return option((value) => parseDurationWithin(value, range)).prefault(fallback);
}

/** An option in bytes once it is read. */
export function size(range: Range<Size>, fallback: Size): z.ZodType<number> {
  return option((value) => parseSizeWithin(value, range)).prefault(fallback);
}

/** An option that is a whole number. */
export function count(range: Range<number>, fallback: number): z.ZodType<number> {
  return option((value) => parseWholeNumber(value, range)).prefault(fallback);
}

/** An option that is a number with two decimals. */
export function hundredths(range: Range<number>, fallback: number): z.ZodType<number> {
  return option((value) => parseHundredths(value, range)).prefault(fallback);
}

/** An option that is true or false. */
export function flag(fallback: boolean): z.ZodType<boolean> {
  return option(parseBoolean).prefault(fallback);
}

/** An option that is one of a few words. */
export function choice<const T extends string>(choices: readonly T[], fallback: T): z.ZodType<T> {
  return option((value) => parseChoice(value, choices)).prefault(fallback);
}

/** An option that is a token bucket. */
export function rate(fallback: Rate): z.ZodPrefault<z.ZodType<Rate, Record<keyof Rate, unknown>>> {
  const fields: z.ZodType<Rate, Record<keyof Rate, unknown>> = z.strictObject({
    perSecond: option((value) => parseHundredths(value, RATE_RANGES.perSecond)),
    burst: option((value) => parseWholeNumber(value, RATE_RANGES.burst)),
  });
  return fields.prefault(fallback);
}
