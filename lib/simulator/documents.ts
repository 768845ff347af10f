import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { Reply } from './http-reply.ts';

/** First line of every document. */
export const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Name of an error of Pazpar2. */
export type PazparError =
  | 'NO_SESSION'
  | 'MISSING_PARAMETER'
  | 'MALFORMED_PARAMETER_VALUE'
  | 'MALFORMED_PARAMETER_ENCODING'
  | 'MALFORMED_SETTING'
  | 'RECORD_MISSING'
  | 'NO_TARGETS'
  | 'RECORD_FAILED'
  | 'NO_SERVICE'
  | 'ALREADY_BLOCKED';

/** Numbers and messages of Pazpar2's errors. */
export const ERRORS: Readonly<Record<PazparError, readonly [code: number, message: string]>> = {
  NO_SESSION: [1, 'Session does not exist or it has expired'],
  MISSING_PARAMETER: [2, 'Missing parameter'],
  MALFORMED_PARAMETER_VALUE: [3, 'Malformed parameter value'],
  MALFORMED_PARAMETER_ENCODING: [4, 'Malformed parameter encoding'],
  MALFORMED_SETTING: [5, 'Malformed setting argument'],
  RECORD_MISSING: [7, 'Record missing'],
  NO_TARGETS: [8, 'No targets'],
  RECORD_FAILED: [10, 'Record command failed'],
  NO_SERVICE: [12, 'No service'],
  ALREADY_BLOCKED: [13, 'Already blocked in session on: '],
};

/** Text, white space and elements in the order in which they are written. */
export type Content = string | readonly (string | Element)[];

/** An element to write: name, content, attributes. Texts hold one byte a character and are not escaped yet. */
export type Element = readonly [
  name: string,
  content: Content,
  attributes?: Readonly<Record<string, string>>,
];

/** How elements without content are written: `<a></a>`, `<a/>` or `<a />`. */
export type EmptyForm = 'pair' | 'tight' | 'spaced';

/** Writes an element, escaped as Pazpar2 does it, without any white space of its own. */
export function writeElement([name, content, attributes = {}]: Element, empty: EmptyForm = 'pair'): string {
  const root = create().ele(name, escapeAll(attributes));
  fill(root, content);
  return root
    .doc()
    .end({ headless: true, allowEmptyTags: empty === 'pair', spaceBeforeSlash: empty === 'spaced' });
}

/** Writes a whole document. */
export function writeDocument(root: Element): string {
  return PROLOG + writeElement(root);
}

/** The document of a command that has nothing else to say. */
export function statusDocument(command: string): string {
  return writeDocument([command, [['status', 'OK']]]);
}

/** An error as Pazpar2 answers it: status 417, the message as reason phrase. */
export function failure(error: PazparError, detail: string): Reply {
  const [code, message] = ERRORS[error];
  const document = writeDocument(['error', detail, { code: String(code), msg: message }]);
  return { status: 417, reason: message, document };
}

function fill(parent: XMLBuilder, content: Content): void {
  if (typeof content === 'string') {
    if (content !== '') parent.txt(escape(content));
    return;
  }
  for (const part of content) {
    if (typeof part === 'string') parent.txt(escape(part));
    else fill(parent.ele(part[0], escapeAll(part[2] ?? {})), part[1]);
  }
}

function escapeAll(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, escape(value)]));
}

// oxlint-disable-next-line no-control-regex -- control characters are what Pazpar2 leaves out
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Entities for all five special characters, and no control characters, as Pazpar2 writes them. xmlbuilder2 alone leaves quotation
 * marks in texts as they are and takes `&lt;` for an entity that is escaped already, so it gets its texts escaped.
 */
function escape(text: string): string {
  return text.replaceAll(FORBIDDEN, '').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
