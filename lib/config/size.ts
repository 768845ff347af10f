import type { Range } from './number.ts';
import { Refusal } from './refusal.ts';

type SizeUnit = 'kb' | 'mb';

/** An amount of memory: a whole number of bytes, or '64kb', '1mb' (1 kb is 1024 bytes). */
export type Size = number | `${number}${SizeUnit}`;

const BYTES: Readonly<Record<SizeUnit, number>> = { kb: 1024, mb: 1024 * 1024 };
const SHAPE = /^(?<count>\d{1,9})(?<unit>kb|mb)$/;
const HOW_TO_WRITE =
  'must be a whole number of bytes, or one with a unit (kb or mb), such as "64kb" or "1mb"';

/**
 * Reads a size, in bytes.
 *
 * @throws {Refusal} when the value is no size.
 */
export function parseSize(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value !== 'string') throw new Refusal(HOW_TO_WRITE);
  const { count, unit } = SHAPE.exec(value)?.groups ?? {};
  if (count === undefined || !isUnit(unit)) throw new Refusal(HOW_TO_WRITE);
  return Number(count) * BYTES[unit];
}

/**
 * Reads a size of an option that takes only some of them, in bytes.
 *
 * @throws {Refusal} when the value is no size or out of the range, whose ends are allowed.
 */
export function parseSizeWithin(value: unknown, [smallest, largest]: Range<Size>): number {
  const bytes = parseSize(value);
  if (bytes >= parseSize(smallest) && bytes <= parseSize(largest)) return bytes;
  throw new Refusal(`must be from ${smallest} to ${largest}`);
}

/** Writes bytes in the largest unit that gives a whole number: 1048576 as '1mb', 1000 as 1000. */
export function formatSize(bytes: number): Size {
  if (bytes === 0) return 0;
  if (bytes % BYTES.mb === 0) return `${bytes / BYTES.mb}mb`;
  return bytes % BYTES.kb === 0 ? `${bytes / BYTES.kb}kb` : bytes;
}

function isUnit(unit: string | undefined): unit is SizeUnit {
  return unit !== undefined && Object.hasOwn(BYTES, unit);
}
