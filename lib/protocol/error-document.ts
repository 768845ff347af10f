import { create } from 'xmlbuilder2';

/** Headers that Pazpar2 sends with every document, in its order; ours carry the same. */
export const DOCUMENT_HEADERS: readonly (readonly [string, string])[] = [
  ['Cache-Control', 'no-store, no-cache, must-revalidate, post-check=0, pre-check=0'],
  ['Expires', 'Thu, 19 Nov 1981 08:52:00 GMT'],
];

export const DOCUMENT_TYPE = 'text/xml';

const MAX_DETAIL_BYTES = 1000;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
// oxlint-disable-next-line no-control-regex -- these are what XML 1.0 (2.2) forbids
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/**
 * Writes an error as Pazpar2 does: `<error code="1" msg="…">detail</error>` behind its prolog.
 *
 * @param detail a byte string; taken as UTF-8 (what is not becomes U+FFFD), control characters dropped, 1000 bytes at most
 */
export function errorDocument(code: number, msg: string, detail: string): Buffer {
  const text = Buffer.from(detail.slice(0, MAX_DETAIL_BYTES), 'latin1').toString('utf8');
  const document = create({ version: '1.0', encoding: 'UTF-8' })
    .ele('error', { code: String(code), msg: escape(msg) })
    .txt(escape(text));
  return Buffer.from(
    document.end({ prettyPrint: false, allowEmptyTags: true }).replace('?><', '?>\n<'),
    'utf8',
  );
}

/** True for an error document of any code, Pazpar2's own or one of ours. */
export function saysError(body: Buffer): boolean {
  return body.includes('<error code="');
}

/** Escapes as Pazpar2 does, quotes included. xmlbuilder2 leaves finished references alone, but would not make these itself. */
function escape(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
