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
