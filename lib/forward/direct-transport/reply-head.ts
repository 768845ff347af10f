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
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
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
  const lines = text.split('\r\n');
  if (lines.length > MAX_HEADERS + 1) throw new MalformedReply(`more than ${MAX_HEADERS} headers`);
  const [, minor, code, reason = ''] = STATUS_LINE.exec(lines[0] ?? '') ?? [];
  if (code === undefined) throw new MalformedReply('no status line');
  const status = Number(code);
  if (status === SWITCHING_PROTOCOLS) throw new MalformedReply('a change of protocol that nobody asked for');
  const headers = parseHeaders(lines);
  const interim = status < 200;
  return {
    head: { status, reason, headers },
    interim,
    bodyLength: interim ? 0 : bodyLength(status, headers),
    persistent: minor === '1' && !headerValues(headers, 'connection').some((value) => CLOSE.test(value)),
  };
}

function parseHeaders(lines: readonly string[]): string[] {
  const headers: string[] = [];
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    const value = withoutBlanks(line, colon + 1);
    if (!NAME.test(name) || !VALUE.test(value)) throw new MalformedReply('a header line that is none');
    headers.push(name, value);
  }
  return headers;
}

/** The rest of a line without blanks around it. Not `trim`, which takes the latin1 no-break space for one. */
function withoutBlanks(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start += 1;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB;
}
