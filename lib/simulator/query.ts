import type { Work } from './catalogue.ts';
import { readTokens, type Token } from './query-tokens.ts';

/** Fields that a query can name before `=`; `term` is all of them together. */
export type QueryField = 'term' | 'ti' | 'au' | 'su' | 'date' | 'id';

/** Says whether a work fits. */
export type Query = (work: Work) => boolean;

/** Why a query is no CCL, in the words that Pazpar2 reports after `query: `. */
export interface QueryProblem {
  readonly problem: string;
}

const FIELDS: ReadonlySet<string> = new Set<QueryField>(['term', 'ti', 'au', 'su', 'date', 'id']);

/**
 * Reads a small part of CCL: words (all must occur, upper and lower case are the same), `"phrases"`, `field=word`, `word?`
 * for words that begin so, `and`, `or`, `not` from left to right, parentheses.
 */
export function parseQuery(text: string): Query | QueryProblem {
  const reader = new Reader(readTokens(text));
  const query = reader.alternatives();
  if (typeof query !== 'function') return query;
  if (reader.next()?.kind === 'close') return { problem: "Unbalanced ')'" };
  return reader.next() === undefined ? query : { problem: 'Operator expected' };
}

/** The words of a text: letters and digits, lower case. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

class Reader {
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(): Token | undefined {
    return this.#tokens[this.#place];
  }

  /** Operands joined by operators, all of the same strength; no operator between two means `and`. */
  alternatives(): Query | QueryProblem {
    let left = this.#operand();
    for (let token = this.next(); token !== undefined && token.kind !== 'close'; token = this.next()) {
      if (typeof left !== 'function') return left;
      if (token.kind === 'operator') this.#place += 1;
      const right = this.#operand();
      if (typeof right !== 'function') return right;
      left = join(left, right, token.kind === 'operator' ? token.text : 'and');
    }
    return left;
  }

  #operand(): Query | QueryProblem {
    const token = this.next();
    if (token === undefined || token.kind === 'operator' || token.kind === 'close')
      return { problem: 'Search word expected' };
    this.#place += 1;
    if (token.kind === 'open') return this.#inParentheses();
    if (token.kind === 'field') return this.#inField(token.text);
    return contains('term', token);
  }

  #inParentheses(): Query | QueryProblem {
    const inner = this.alternatives();
    if (typeof inner !== 'function') return inner;
    if (this.next()?.kind !== 'close') return { problem: "')' expected" };
    this.#place += 1;
    return inner;
  }

  #inField(field: string): Query | QueryProblem {
    if (!isField(field)) return { problem: 'Unknown qualifier' };
    const token = this.next();
    if (token?.kind !== 'word' && token?.kind !== 'phrase') return { problem: 'Search word expected' };
    this.#place += 1;
    return contains(field, token);
  }
}

function isField(field: string): field is QueryField {
  return FIELDS.has(field);
}

function join(left: Query, right: Query, operator: string): Query {
  if (operator === 'or') return (work) => left(work) || right(work);
  if (operator === 'not') return (work) => left(work) && !right(work);
  return (work) => left(work) && right(work);
}

function contains(field: QueryField, token: Token): Query {
  const sought = words(token.text);
  if (token.kind === 'phrase') {
    const phrase = ` ${sought.join(' ')} `;
    return (work) => sought.length > 0 && fieldText(work, field).includes(phrase);
  }
  const ends = token.text.endsWith('?') ? '' : ' ';
  return (work) =>
    sought.length > 0 && sought.every((word) => fieldText(work, field).includes(` ${word}${ends}`));
}

const texts = new WeakMap<Work, Record<QueryField, string>>();

/** The words of a field between single blanks, with one at either end. */
function fieldText(work: Work, field: QueryField): string {
  let known = texts.get(work);
  if (known === undefined) {
    const all = [
      work.title,
      work.author,
      work.date,
      work.subjects.join(' '),
      work.description,
      work.publisher,
      work.id,
    ];
    known = {
      term: spaced(all.join(' ')),
      ti: spaced(work.title),
      au: spaced(work.author),
      su: spaced(work.subjects.join(' ')),
      date: spaced(work.date),
      id: spaced(work.id),
    };
    texts.set(work, known);
  }
  return known[field];
}

function spaced(text: string): string {
  return ` ${words(text).join(' ')} `;
}
