import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableRows, unquote } from '../helpers/markdown.ts';
import { REPOSITORY } from '../helpers/repository.ts';

/** The page that says where we differ from Apache. */
const PAGE = readFileSync(join(REPOSITORY, 'middleware', 'README.md'), 'utf8');

/** A behaviour of Apache that is not copied. */
export interface NotCopied {
  /** Such as "D7". */
  readonly number: string;
  /** The test that holds what is done instead. */
  readonly heldBy: string;
}

export function notCopied(): NotCopied[] {
  return tableRows(PAGE, '## What Apache does and this does not').map((row) => ({
    number: row['No.'] ?? '',
    heldBy: unquote(row['Held by'] ?? ''),
  }));
}

/** A scenario, or some of its rows, that comes out in another way here. */
export interface Difference {
  readonly id: string;
  /** From 1. */
  readonly rows: readonly number[];
}

/** The scenarios that differ, each named once or more. */
export function differences(): Difference[] {
  return tableRows(PAGE, '## Scenarios that come out in another way').map((row) => ({
    id: unquote(row['Scenario'] ?? ''),
    rows: (row['Rows'] ?? '').split(', ').flatMap(rowNumbers),
  }));
}

/** The rows of a scenario that differ, in order. */
export function differingRowsOf(id: string): number[] {
  return differences()
    .filter((difference) => difference.id === id)
    .flatMap(({ rows }) => rows)
    .sort((a, b) => a - b);
}

/** Of "3" or "3-7". */
function rowNumbers(text: string): number[] {
  const [first = NaN, last = first] = text.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The scenarios that are not played here, in order. */
export function notPlayed(): string[] {
  return tableRows(PAGE, '## Scenarios that are not played').map((row) => unquote(row['Scenario'] ?? ''));
}

/** Values of parameters that are taken in another way, as `parameter=value`. */
export function differingValues(): string[] {
  return tableRows(PAGE, '## Values that are taken in another way').flatMap((row) =>
    (row['Values'] ?? '').split(', ').map((value) => `${unquote(row['Parameter'] ?? '')}=${unquote(value)}`),
  );
}

/** Names that Apache's counters have in a snapshot. */
export function counterNames(): string[] {
  return tableRows(PAGE, '## Counters').map((row) => unquote(row['Here'] ?? ''));
}

/** Headers that are not compared, by the side that gets them. */
export function headersLeftOut(side: 'members' | 'clients'): string[] {
  return tableRows(PAGE, '## Headers that always differ')
    .filter((row) => row['Seen by'] === side)
    .map((row) => unquote(row['Header'] ?? '').toLowerCase());
}
