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
 * Reads an `init` reply strictly: a well-formed document of at most 64 kB with root `init`, `<status>OK</status>` and exactly one
 * `<session>`, which holds a number of Pazpar2's form, with or without an id behind a dot.
 *
 * @returns undefined for anything else; such a reply is not touched
 */
export function readInitReply(body: Buffer): InitReply | undefined {
  if (body.length > MAX_INIT_BYTES) return undefined;
  const fields = readFields(body.toString('latin1'));
  if (fields === undefined || fields.status !== 'OK' || fields.session === undefined) return undefined;
  const match = SESSION_TEXT.exec(fields.session.text);
  if (match === null || Number(match[1]) > MAX_NUMBER) return undefined;
  const { start, text } = fields.session;
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

interface InitFields {
  status: string | undefined;
  session: { readonly start: number; readonly text: string } | undefined;
}

interface OpenElement {
  readonly name: string;
  /** Where its content starts. Positions are bytes, because the text is read as latin1. */
  readonly start: number;
}

function readFields(text: string): InitFields | undefined {
  const parser = sax.parser(true);
  const fields: InitFields = { status: undefined, session: undefined };
  const open: OpenElement[] = [];
  let valid = true;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- sax has no other way
  parser.onerror = (): void => {
    valid = false;
    parser.resume();
  };
  parser.onopentag = ({ name }): void => {
    if (open.length === 0 && name !== 'init') valid = false;
    open.push({ name, start: parser.position });
  };
  parser.onclosetag = (name): void => {
    const element = open.pop();
    if (element === undefined || open.length !== 1) return;
    if (name === 'status') fields.status = plainContent(text, element);
    if (name !== 'session') return;
    const content = plainContent(text, element);
    if (content === undefined || fields.session !== undefined) valid = false;
    else fields.session = { start: element.start, text: content };
  };
  parser.write(text).close();
  return valid ? fields : undefined;
}

/** The bytes between the tags; undefined where there is anything but text between them. */
function plainContent(text: string, element: OpenElement): string | undefined {
  const end = text.indexOf('<', element.start);
  return text.startsWith(`</${element.name}`, end) ? text.slice(element.start, end) : undefined;
}
