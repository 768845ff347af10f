import { EngineError } from './engine-error.ts';

/** What a statistic may be: from the first to the second number, both included. */
export type FigureRange = readonly [least: number, most: number];

/** Ranges by the names of statistics; one without range may be any number. */
export type FigureRanges = Readonly<Record<string, FigureRange>>;

/**
 * Looks whether figures are what they may be: one in another unit than the others' is best refused.
 *
 * @throws EngineError 400
 */
export function checkRanges(figures: Iterable<readonly [string, number]>, ranges: FigureRanges): void {
  for (const [name, value] of figures) {
    const [least, most] = (Object.hasOwn(ranges, name) ? ranges[name] : undefined) ?? [-Infinity, Infinity];
    if (value >= least && value <= most) continue;
    throw new EngineError(400, `the statistic ${name} must be from ${least} to ${most}, not ${value}`);
  }
}
