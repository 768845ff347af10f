/** A piece of a CCL query. A field is the name before `=`. */
export interface Token {
  readonly kind: 'word' | 'phrase' | 'field' | 'operator' | 'open' | 'close';
  readonly text: string;
}

const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/** Takes a query apart. A missing closing quotation mark ends with the query. */
export function readTokens(query: string): readonly Token[] {
  const pieces = query.matchAll(
    /"(?<phrase>[^"]*)"?|(?<bracket>[()])|(?<word>[^\s()"=]+)(?<equals>\s*=)?|=/g,
  );
  return Array.from(pieces, (piece) => toToken(piece.groups ?? {}));
}

function toToken(groups: Record<string, string | undefined>): Token {
  const { phrase, bracket, word, equals } = groups;
  if (phrase !== undefined) return { kind: 'phrase', text: phrase };
  if (bracket !== undefined) return { kind: bracket === '(' ? 'open' : 'close', text: bracket };
  if (word === undefined) return { kind: 'operator', text: '=' };
  if (equals !== undefined) return { kind: 'field', text: word.toLowerCase() };
  return { kind: OPERATORS.has(word.toLowerCase()) ? 'operator' : 'word', text: word.toLowerCase() };
}
