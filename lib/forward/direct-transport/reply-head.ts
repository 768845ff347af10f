import type { ReplyHead } from '../transport.ts';
import { headerValues } from './header-values.ts';
import { MalformedReply } from './malformed-reply.ts';
import { bodyLength } from './reply-framing.ts';

/** A reply's head, taken apart. */
export interface ParsedHead {
  readonly head: ReplyHead;
  /** Another head follows; this one is no reply (RFC 9110, section 15.2). */
  readonly interim: boolean;
  /** Bytes of body that follow. */
  readonly bodyLength: number;
  /** The member keeps the connection open (RFC 9112, section 9.3). */
  readonly persistent: boolean;
}

const MAX_HEADERS = 100;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
/** All header lines at once, which costs less than one after the other. */
const HEADER_LINES =
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const LINE_END = '\r\n';
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const SWITCHING_PROTOCOLS = 101;
const TAB = 9;
const BLANK = 32;

/**
 * Takes a head apart, strictly: what is not as RFC 9112 has it is refused rather than guessed, since a wrong guess about
 * where a reply ends hands one user's bytes to another.
 *
 * @param text status line and headers (latin1), without the blank line.
 * @throws {MalformedReply}
 */
export function parseReplyHead(text: string): ParsedHead {
  const lineEnd = endOfLine(text, 0);
  const [, minor, code, reason = ''] = STATUS_LINE.exec(text.slice(0, lineEnd)) ?? [];
  if (code === undefined) throw new MalformedReply('no status line');
  const status = Number(code);
  if (status === SWITCHING_PROTOCOLS) throw new MalformedReply('a change of protocol that nobody asked for');
  const headers = parseHeaders(text.slice(lineEnd + LINE_END.length));
  const interim = status < 200;
  return {
    head: { status, reason, headers },
    interim,
    bodyLength: interim ? 0 : bodyLength(status, headers),
    persistent: minor === '1' && !headerValues(headers, 'connection').some((value) => CLOSE.test(value)),
  };
}

/** @param text header lines; empty where there are none */
function parseHeaders(text: string): string[] {
  const headers: string[] = [];
  if (text === '') return headers;
  if (!HEADER_LINES.test(text)) throw new MalformedReply('a header line that is none');
  for (let start = 0; start < text.length;) {
    if (headers.length === 2 * MAX_HEADERS) throw new MalformedReply(`more than ${MAX_HEADERS} headers`);
    const colon = text.indexOf(':', start);
    const end = endOfLine(text, start);
    headers.push(text.slice(start, colon), withoutBlanks(text, colon + 1, end));
    start = end + LINE_END.length;
  }
  return headers;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf(LINE_END, start);
  return end === -1 ? text.length : end;
}

/** A part of a text without blanks around it. Not `trim`, which takes the latin1 no-break space for one. */
function withoutBlanks(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB;
}
