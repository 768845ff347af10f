import sax from 'sax';

/** What an `init` reply says, and how to say it anew. */
export interface InitReply {
  /** The session's number. */
  readonly number: string;
  /** The server id that the backend appended itself, if any. */
  readonly backendId: string | undefined;
  /** The reply with another text in `<session>`; every other byte stays. */
  withSession(value: string): Buffer;
}

/** A real reply takes about 150 bytes. */
export const MAX_INIT_BYTES = 65_536;

const SESSION_TEXT = /^(0|[1-9][0-9]{0,9})(?:\.(.*))?$/s;
const MAX_NUMBER = 2_147_483_647;

/**
 * Reads an `init` reply strictly: a well-formed document of at most 64 kB with one root `init`, in it exactly one
 * `<status>OK</status>` and one `<session>`, which holds a number of Pazpar2's form, with or without an id behind a dot.
 *
 * @returns undefined for anything else; such a reply is not touched
 */
export function readInitReply(body: Buffer): InitReply | undefined {
  if (body.length > MAX_INIT_BYTES) return undefined;
  const fields = readFields(body.toString('latin1'));
  const session = fields?.get('session');
  if (session === undefined || fields?.get('status')?.text !== 'OK') return undefined;
  const { start, text } = session;
  const match = SESSION_TEXT.exec(text);
  if (match === null || Number(match[1]) > MAX_NUMBER) return undefined;
  return {
    number: match[1] ?? '',
    backendId: match[2],
    withSession: (value) =>
      Buffer.concat([
        body.subarray(0, start),
        Buffer.from(value, 'latin1'),
        body.subarray(start + text.length),
      ]),
  };
}

/** The text of an element. Positions are bytes, because the document is read as latin1. */
interface Field {
  readonly start: number;
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  /** Where its content starts. */
  readonly start: number;
}

const WANTED = new Set(['status', 'session']);
// oxlint-disable-next-line no-control-regex -- XML 1.0 (2.2) forbids them, sax does not
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

/** The wanted children of the root; undefined where the document is not what Pazpar2 would write. */
function readFields(text: string): Map<string, Field> | undefined {
  const parser = sax.parser(true);
  const fields = new Map<string, Field>();
  const open: OpenElement[] = [];
  let roots = 0;
  let valid = !FORBIDDEN.test(text);
  const refuse = (): void => void (valid = false);
  parser.ondoctype = refuse;
  parser.onerror = (): void => {
    refuse();
    parser.resume();
  };
  parser.onopentag = ({ name }): void => {
    if (open.length === 0 && (name !== 'init' || ++roots > 1)) refuse();
    open.push({ name, start: parser.position });
  };
  parser.onclosetag = (name): void => {
    const element = open.pop();
    if (element === undefined || open.length !== 1 || !WANTED.has(name)) return;
    const content = plainContent(text, element);
    if (content === undefined || fields.has(name)) refuse();
    else fields.set(name, { start: element.start, text: content });
  };
  parser.write(text).close();
  return valid ? fields : undefined;
}

/** The bytes between the tags; undefined where there is anything but text between them. */
function plainContent(text: string, element: OpenElement): string | undefined {
  const end = text.indexOf('<', element.start);
  return text.startsWith(`</${element.name}`, end) ? text.slice(element.start, end) : undefined;
}
