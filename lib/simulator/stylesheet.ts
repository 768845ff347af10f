import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Work } from './catalogue.ts';

const DOCUMENT_ELEMENT = /<(?:\w+:)?document\s[^>]*?href\s*=\s*["']([^"']+)["'][^>]*>([^<]*)</g;
const DOCUMENT_FUNCTION = /\bdocument\(\s*["']([^"']+)["']\s*\)/;

/**
 * Does with files what a stylesheet could do: writes the texts of its `xsl:document` elements, and reads what its `document()`
 * names.
 *
 * @param folder where the files are, whatever folder the stylesheet names
 * @returns what the stylesheet makes of a record: one whose title is the text of the file that it reads
 */
export function runStylesheet(stylesheet: string, folder: string): (work: Work) => Work {
  for (const [, name = '', text = ''] of stylesheet.matchAll(DOCUMENT_ELEMENT)) {
    writeFileSync(within(folder, name), text, 'latin1');
  }
  const name = DOCUMENT_FUNCTION.exec(stylesheet)?.[1];
  if (name === undefined || !existsSync(within(folder, name))) return (work) => work;
  const title = textOf(readFileSync(within(folder, name), 'latin1'));
  return (work) => ({ ...work, title });
}

function within(folder: string, name: string): string {
  return join(folder, basename(name));
}

function textOf(xml: string): string {
  return xml.replaceAll(/<[^>]*>/g, '').trim();
}
