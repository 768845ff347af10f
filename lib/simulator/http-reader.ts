import { RequestArguments } from './arguments.ts';
import { untilNul } from './c-text.ts';
import type { InputQueue } from './input-queue.ts';

/** Pazpar2 looks at no more than this much of a request to find the end of its head, which must lie within. */
export const HEAD_LIMIT = 4095;

/** A request as Pazpar2 understood it; texts hold one byte a character. */
export interface HttpRequest {
  readonly method: string;
  /** Request line and headers with the empty line, as received. */
  readonly head: string;
  readonly body: string;
  readonly contentType: string | undefined;
  /** What stood after `HTTP/`; the reply repeats it. */
  readonly version: string;
  readonly keepAlive: boolean;
  readonly arguments: RequestArguments;
}

/** Why a request was not understood. The version is known when the request line was. */
export interface MalformedRequest {
  readonly malformed: true;
  readonly head: string;
  readonly version: string | undefined;
}

/**
 * Length of the first request in the queue, head and body, or 0 when it is not complete. A head without end within the limit
 * counts as `HEAD_LIMIT` bytes, which then fail to parse. The body's length is that of the last `Content-Length` (name at
 * the start of a line, any case, blanks before the digits); `Transfer-Encoding` means nothing.
 */
export function requestLength(queue: InputQueue): number {
  const head = untilNul(queue.peek(HEAD_LIMIT).toString('latin1'));
  let bodyLength = 0;
  for (let start = 0; start < head.length;) {
    const end = head.indexOf('\n', start);
    if (end === -1) return queue.size >= HEAD_LIMIT ? HEAD_LIMIT : 0;
    const line = lineAt(head, start, end);
    start = end + 1;
    if (line === '') return start + bodyLength <= queue.size ? start + bodyLength : 0;
    const digits = /^content-length: *(\d*)/i.exec(line)?.[1];
    if (digits !== undefined) bodyLength = Math.max(0, wrapped(digits));
  }
  return 0;
}

/** Parses exactly one request of the length that `requestLength` told. */
export function readRequest(bytes: Buffer): HttpRequest | MalformedRequest {
  const text = bytes.toString('latin1');
  const visible = untilNul(text);
  const requestLine = /^([^ ]{0,19}) ([^ ]*) /.exec(visible);
  if (requestLine === null) return { malformed: true, head: text, version: undefined };
  const afterTarget = requestLine[0].length;
  const version = /^HTTP\/(.*?)\r?\n/s.exec(visible.slice(afterTarget));
  if (version === null && visible.startsWith('HTTP/', afterTarget))
    return { malformed: true, head: text, version: undefined };
  const versionText = version?.[1] ?? '1.0';
  if (versionText.length < 3 || versionText.length > 5)
    return { malformed: true, head: text, version: undefined };
  const headers = readHeaders(visible, afterTarget + (version?.[0].length ?? 0));
  if (headers === undefined) return { malformed: true, head: text, version: versionText };
  return assemble(
    { text, method: requestLine[1] ?? '', target: requestLine[2] ?? '', version: versionText },
    headers,
  );
}

interface Parts {
  readonly text: string;
  readonly method: string;
  readonly target: string;
  readonly version: string;
}

interface Headers {
  readonly fields: ReadonlyMap<string, string>;
  readonly end: number;
}

function assemble(parts: Parts, headers: Headers): HttpRequest {
  const body = parts.text.slice(headers.end);
  const contentType = headers.fields.get('content-type');
  const mark = parts.target.indexOf('?');
  const query = mark === -1 ? '' : parts.target.slice(mark + 1);
  return {
    method: parts.method,
    head: parts.text.slice(0, headers.end),
    body,
    contentType,
    version: parts.version,
    keepAlive: keepsAlive(parts.version, headers.fields.get('connection')),
    arguments: new RequestArguments(
      query,
      isType(contentType, 'application/x-www-form-urlencoded') ? body : '',
    ),
  };
}

/** Fields by lower-case name, the last one of a name; values keep their trailing blanks. Undefined for a line without colon. */
function readHeaders(text: string, from: number): Headers | undefined {
  const fields = new Map<string, string>();
  for (let start = from; start < text.length;) {
    const end = text.indexOf('\n', start);
    if (end === -1) return undefined;
    const line = lineAt(text, start, end);
    start = end + 1;
    if (line === '') return { fields, end: start };
    const colon = line.indexOf(':');
    if (colon === -1) return undefined;
    fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t\v\f\r]+/, ''));
  }
  return { fields, end: text.length };
}

/** HTTP/1.0 stays open only for exactly `Keep-Alive`, every other version closes only for exactly `close`. */
function keepsAlive(version: string, connection: string | undefined): boolean {
  return version === '1.0' ? connection === 'Keep-Alive' : connection !== 'close';
}

/** Whether a Content-Type is `type`, alone or before a blank or semicolon; upper and lower case differ. */
export function isType(contentType: string | undefined, type: string): boolean {
  if (contentType === undefined || !contentType.startsWith(type)) return false;
  return contentType.length === type.length || '; '.includes(contentType.charAt(type.length));
}

function lineAt(text: string, start: number, end: number): string {
  return text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end);
}

/** Digits added up in a C `int`. */
function wrapped(digits: string): number {
  let sum = 0;
  for (const digit of digits) sum = (Math.imul(sum, 10) + Number(digit)) | 0;
  return sum;
}
