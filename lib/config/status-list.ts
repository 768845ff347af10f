import type { Range } from './number.ts';
import { Refusal } from './refusal.ts';

const ENTRY = 'a status from 100 to 599, or a range such as "200-399"';
const RANGE = /^([1-5]\d\d)-([1-5]\d\d)$/;

/** Reads a list of statuses and ranges of them. @throws {Refusal} when it is none, or empty */
export function parseStatusList(value: unknown): readonly Range<number>[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new Refusal(`must be a list of which each entry is ${ENTRY}`);
  return value.map(parseEntry);
}

/**
 * Reads a list of statuses by which a member may be left alone. None may be such that a client can cause it: else any client could take
 * every member out of service (Apache's failonstatus=404 does).
 *
 * @throws {Refusal} when it is none, or names a status below 500
 */
export function parseServerErrors(value: unknown): readonly Range<number>[] {
  if (Array.isArray(value) && value.length === 0) return [];
  const statuses = parseStatusList(value);
  const wrong = statuses.findIndex(([from]) => from < 500);
  if (wrong === -1) return statuses;
  throw new Refusal(
    'must be from 500 on: clients cause statuses below that, and could take members out',
    wrong,
  );
}

/** Writes the list as it is read. */
export function formatStatusList(statuses: readonly Range<number>[]): (number | string)[] {
  return statuses.map(([from, to]) => (from === to ? from : `${from}-${to}`));
}

function parseEntry(value: unknown, index: number): Range<number> {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599)
    return [value, value];
  const [, from, to] = typeof value === 'string' ? (RANGE.exec(value) ?? []) : [];
  if (from === undefined || to === undefined || from > to) throw new Refusal(`must be ${ENTRY}`, index);
  return [Number(from), Number(to)];
}
