import type { Work } from './catalogue.ts';
import { parseLimit } from './limit.ts';
import { parseQuery, type Query } from './query.ts';
import { recordId } from './record-list.ts';
import { defaultTargets, type Target } from './target.ts';

/** What a finished search has found. */
export interface ExpectedResult {
  /** Sum over the targets: `<total>` of show, `<hits>` of stat. */
  readonly hits: number;
  /** Different works: `<merged>` of show. */
  readonly merged: number;
  /** The `<recid>` of every work, sorted. */
  readonly recids: readonly string[];
}

/**
 * What a search must have found when all targets are done, worked out without one.
 *
 * @throws {SyntaxError} When the query or the limit is malformed.
 */
export function expectedResult(
  query: string,
  options: { readonly targets?: readonly Target[]; readonly limit?: string } = {},
): ExpectedResult {
  const wanted = combine(query, options.limit);
  const found = (options.targets ?? defaultTargets()).flatMap((target) =>
    findWorks(target.works ?? [], wanted),
  );
  const recids = [...new Set(found.map(recordId))].sort();
  return { hits: found.length, merged: recids.length, recids };
}

/** The works of a target that fit. */
export function findWorks(works: readonly Work[], query: Query): readonly Work[] {
  return works.filter(query);
}

function combine(query: string, limit: string | undefined): Query {
  const parsed = parseQuery(query);
  if (typeof parsed !== 'function') throw new SyntaxError(`query: ${parsed.problem}`);
  const limited = limit === undefined ? () => true : parseLimit(limit);
  if (limited === undefined) throw new SyntaxError(`limit: ${limit}`);
  return (work) => parsed(work) && limited(work);
}
