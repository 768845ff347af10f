import { EngineError, quoted } from './engine-error.ts';
import { REQUEST_KINDS } from './engine-request.ts';
import type { EngineRequest, RequestKind } from './engine-request.ts';
import { parseFigure } from '../load/figure-name.ts';
import { readRequest } from './request-fields.ts';
import type { RequestFields } from './request-fields.ts';

/** How many requests may come at once, and of how many kinds. */
export interface SeveralRequests {
  readonly maxRequests: number;
  readonly mixedKinds: boolean;
}

/** Letters, digits and marks that can be seen, and the blank. */
const PRINTABLE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const OTHER_KIND = /^\/?(?<kind>[a-z]+(?:\/[a-z]+)?)\/?\?(?<rest>.*)$/s;

/**
 * Reads the query string of a request by GET: requests separated by `;`, their arguments by `,`. A request of another kind than the path's is
 * written with its own, `status/phys?h=pz1`. A query that begins with `E` is URL-escaped behind it.
 *
 * @param query what stands behind the first `?` of the target, as it was sent
 * @throws EngineError 400
 */
export function parseQuery(kind: RequestKind, query: string, several: SeveralRequests): EngineRequest[] {
  const text = query.startsWith('E') ? unescapeQuery(query.slice(1)) : query;
  if (!PRINTABLE.test(text)) throw new EngineError(400, 'the query has control characters');
  const parts = splitOutsideQuotes(text, ';');
  checkNumber(parts.length, several);
  return parts.map((part) => {
    if (part === '' && parts.length > 1) throw new EngineError(400, 'there is nothing on one side of a ";"');
    return readRequest(fieldsOf(kind, part, several));
  });
}

/** @throws EngineError 400 when more requests came at once than may */
export function checkNumber(requests: number, { maxRequests }: SeveralRequests): void {
  if (requests <= maxRequests) return;
  throw new EngineError(400, `at most ${maxRequests} requests may come at once, not ${requests}`);
}

/** @throws EngineError 400 when kinds may not be mixed */
export function checkKind(kind: RequestKind, first: RequestKind, { mixedKinds }: SeveralRequests): void {
  if (mixedKinds || kind === first) return;
  throw new EngineError(
    400,
    `${kind} may not come together with ${first}: requests of several kinds are not allowed`,
  );
}

export function isKind(text: string): text is RequestKind {
  return REQUEST_KINDS.some((kind) => kind === text);
}

function fieldsOf(first: RequestKind, part: string, several: SeveralRequests): RequestFields {
  const { kind, rest } = OTHER_KIND.exec(part)?.groups ?? {};
  if (kind === undefined || rest === undefined) return readArguments(first, part);
  if (!isKind(kind)) throw new EngineError(400, `there are no requests of the kind ${quoted(kind)}`);
  checkKind(kind, first, several);
  return readArguments(kind, rest);
}

function readArguments(kind: RequestKind, part: string): RequestFields {
  const fields = new Map<string, string>();
  const figures: [string, number][] = [];
  const argumentTexts = part === '' ? [] : splitOutsideQuotes(part, ',');
  for (const [index, text] of argumentTexts.entries()) {
    const [, name, mark, value] = /^([^=:"]*)([=:])(.*)$/s.exec(text) ?? [];
    if (mark === ':') figures.push([name ?? '', numberIn(name ?? '', value ?? '')]);
    else if (mark === '=') setOnce(fields, name ?? '', unquote(value ?? ''));
    else if (kind === 'balance' && index === 0) setOnce(fields, 'n', unquote(text));
    else throw new EngineError(400, `${quoted(text)} is neither NAME=VALUE nor NAME:NUMBER`);
  }
  return { kind, fields, figures };
}

function setOnce(fields: Map<string, string>, name: string, value: string): void {
  if (fields.has(name)) throw new EngineError(400, `${name}= stands twice`);
  fields.set(name, value);
}

function numberIn(name: string, text: string): number {
  const value = parseFigure(text);
  if (value !== undefined) return value;
  throw new EngineError(400, `the statistic ${quoted(name)} is no finite number: ${quoted(text)}`);
}

function unescapeQuery(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new EngineError(400, 'what stands behind the E is not URL-escaped UTF-8');
  }
}

function unquote(text: string): string {
  if (!text.includes('"')) return text;
  const inside = /^"([^"]*)"$/.exec(text)?.[1];
  if (inside !== undefined) return inside;
  throw new EngineError(400, `quotes stand around a whole value, not as in ${quoted(text)}`);
}

function splitOutsideQuotes(text: string, separator: ';' | ','): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === separator && !isQuoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (isQuoted) throw new EngineError(400, 'a quote is not closed');
  return parts;
}
