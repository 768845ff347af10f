import { BalancerError } from '../../errors.ts';

/** What a request asks for, as it was written. */
export interface RequestTarget {
  /** Begins with "/". Its escapes are valid and it stays below the root, however it is read. */
  readonly path: string;
  /** With its "?", or empty. */
  readonly query: string;
  /** Host and port of a target in absolute-form, which takes the place of the Host header (RFC 9112, section 3.2.2). */
  readonly host: string | undefined;
}

/** Visible characters and bytes beyond ASCII; a fragment never belongs into a request. */
const CHARACTERS = /^[!"$-~\u0080-\u00ff]+$/;
const ABSOLUTE = /^https?:\/\/(?<host>[^/?@\\]+)(?<rest>[/?].*)?$/i;
const INVALID_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const DOTS = /(?:\.|%2e){2}/i;
const OTHER_SEPARATOR = /\\|%2f|%5c/i;
const ANY_SEPARATOR = /\/|\\|%2f|%5c/i;

/**
 * Reads a request's target in origin-form or absolute-form (RFC 9112, section 3.2). The bytes stay as they came: what a member sees is what
 * the client wrote, once it is certain that it means one thing (Apache decodes and encodes anew, D42, vectors he-17 and he-18).
 *
 * @param target a byte string
 * @throws BalancerError REQUEST_AMBIGUOUS for other forms, fragments, blanks, invalid escapes, `%00`, and for paths that somebody could
 *   read as one above the root
 */
export function parseRequestTarget(target: string): RequestTarget {
  if (!CHARACTERS.test(target)) throw ambiguous('the target has characters that do not belong there');
  const { host, rest = '' } = target.startsWith('/')
    ? { host: undefined, rest: target }
    : (ABSOLUTE.exec(target)?.groups ?? {});
  if (host === undefined && rest === '') throw ambiguous('the target is no path and no http URL');
  const mark = rest.indexOf('?');
  const path = (mark === -1 ? rest : rest.slice(0, mark)) || '/';
  checkPath(path);
  return { path, query: mark === -1 ? '' : rest.slice(mark), host };
}

/**
 * Makes sure that a path means the same to everybody and does not leave the place where it is put.
 *
 * @throws BalancerError REQUEST_AMBIGUOUS
 */
export function checkPath(path: string): void {
  if (INVALID_ESCAPE.test(path)) throw ambiguous('invalid % escape in the path');
  if (path.includes('%00')) throw ambiguous('%00 in the path');
  if (climbs(path)) throw ambiguous('the path leads above its root');
}

/**
 * Whether a path leads above its root in anybody's reading: servers differ in whether `%2F` and `\` separate, so that ".." beside them
 * could mean anything, and some forget what stands behind ";" in a segment before they resolve it.
 */
function climbs(path: string): boolean {
  if (!DOTS.test(path)) return false;
  if (OTHER_SEPARATOR.test(path)) return path.split(ANY_SEPARATOR).some((segment) => plain(segment) === '..');
  let depth = 0;
  for (const segment of path.split('/')) {
    const name = plain(segment);
    if (name === '..') depth--;
    else if (name !== '' && name !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** A segment without its parameters. */
function plain(segment: string): string {
  return segment.replaceAll(/%2e/gi, '.').split(/;|%3b/i, 1)[0] ?? '';
}

function ambiguous(detail: string): BalancerError {
  return new BalancerError('REQUEST_AMBIGUOUS', detail);
}
