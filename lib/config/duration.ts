import type { Range } from './number.ts';
import { Refusal } from './refusal.ts';

type DurationUnit = 'ms' | 's' | 'm' | 'h';

/** A length of time: 0, or a number with its unit, as '250ms', '60s', '5m' or '1.5h'. */
export type Duration = 0 | `${number}${DurationUnit}`;

const MILLISECONDS: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SHAPE = /^(?<whole>\d{1,10})(?:\.(?<fraction>\d{1,6}))?(?<unit>ms|s|m|h)$/;
const HOW_TO_WRITE = 'must be 0 or a number with a unit (ms, s, m or h), such as "250ms", "60s" or "1.5h"';

/**
 * Reads a duration, in milliseconds. A number without a unit is refused, because the reader of a file cannot
 * tell whether it means seconds or milliseconds (Apache reads `retry=500ms` as 500 seconds).
 *
 * @throws {Refusal} when the value is no duration or not a whole number of milliseconds.
 */
export function parseDuration(value: unknown): number {
  if (value === 0) return 0;
  if (typeof value === 'number') throw new Refusal(`${HOW_TO_WRITE}; for seconds write "${value}s"`);
  if (typeof value !== 'string') throw new Refusal(HOW_TO_WRITE);
  const { whole, fraction = '', unit } = SHAPE.exec(value)?.groups ?? {};
  if (whole === undefined || !isUnit(unit)) throw new Refusal(HOW_TO_WRITE + withUnit(value));
  const milliseconds = (Number(whole + fraction) * MILLISECONDS[unit]) / 10 ** fraction.length;
  if (!Number.isInteger(milliseconds)) throw new Refusal('must be a whole number of milliseconds');
  return milliseconds;
}

/**
 * Reads a duration of an option that takes only some of them, in milliseconds.
 *
 * @throws {Refusal} when the value is no duration or out of the range, whose ends are allowed.
 */
export function parseDurationWithin(value: unknown, [smallest, largest]: Range<Duration>): number {
  const milliseconds = parseDuration(value);
  if (milliseconds >= parseDuration(smallest) && milliseconds <= parseDuration(largest)) return milliseconds;
  throw new Refusal(`must be from ${smallest} to ${largest}`);
}

/** Writes milliseconds in the largest unit that gives a whole number: 90000 as '90s', 0 as '0s'. */
export function formatDuration(milliseconds: number): Duration {
  if (milliseconds === 0) return '0s';
  const units: readonly DurationUnit[] = ['h', 'm', 's'];
  const unit = units.find((candidate) => milliseconds % MILLISECONDS[candidate] === 0) ?? 'ms';
  return `${milliseconds / MILLISECONDS[unit]}${unit}`;
}

function isUnit(unit: string | undefined): unit is DurationUnit {
  return unit !== undefined && Object.hasOwn(MILLISECONDS, unit);
}

function withUnit(text: string): string {
  return /^\d+(\.\d+)?$/.test(text) ? `; for seconds write "${text}s"` : '';
}
