import { toByteText } from './c-text.ts';
import type { Work } from './catalogue.ts';
import { writeElement } from './documents.ts';
import { recordId } from './record-list.ts';
import type { Target } from './target.ts';

/** Metadata fields with their texts, in the order of the service's definition. */
type Fields = readonly (readonly [name: string, text: string])[];

interface Fragments {
  readonly merged: string;
  readonly recid: string;
  readonly locations: Map<string, string>;
}

const fragments = new WeakMap<Work, Fragments>();
/** Names of targets can be set by clients, so a work's cache is emptied before it grows without bound. */
const MOST_LOCATIONS = 100;

/** The merged metadata of a work, one line each, as `hit` and `record` begin. */
export function mergedMetadata(work: Work): string {
  return fragmentsOf(work).merged;
}

/** The record's id on a line of its own. */
export function recidLine(work: Work): string {
  return fragmentsOf(work).recid;
}

/** One `<location>`: the work as one target describes it, briefly for `show` or in full for `record`. */
export function location(work: Work, target: Target, options: { name: string; full: boolean }): string {
  const { locations } = fragmentsOf(work);
  const key = `${options.full ? 'full' : 'brief'} ${target.id} ${options.name}`;
  let written = locations.get(key);
  if (written === undefined) {
    written = writeLocation(work, target, options);
    if (locations.size >= MOST_LOCATIONS) locations.clear();
    locations.set(key, written);
  }
  return written;
}

/** The number by which `record` finds the record of one target among those merged. */
export function checksum(work: Work, target: Target): number {
  let sum = 0x811c9dc5;
  for (const character of `${target.id} ${work.id}`)
    sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return sum >>> 0;
}

function fragmentsOf(work: Work): Fragments {
  let known = fragments.get(work);
  if (known === undefined) {
    known = {
      merged: lines(mergedFields(work), ' '),
      recid: ` ${writeElement(['recid', toByteText(recordId(work))])}\n`,
      locations: new Map(),
    };
    fragments.set(work, known);
  }
  return known;
}

/** The start tag of a location breaks its line before the name: the one thing an XML serialiser cannot be told. */
function writeLocation(work: Work, target: Target, options: { name: string; full: boolean }): string {
  const name = options.name === '' ? 'Unknown' : options.name;
  const attributes = { id: target.id, name, checksum: String(checksum(work, target)) };
  const empty = writeElement(['location', '', attributes]);
  const start = empty.slice(0, -'</location>'.length).replace('" name="', '"\n    name="');
  return ` ${start}\n${lines(options.full ? fullFields(work) : briefFields(work), '  ')} </location>\n`;
}

function lines(fields: Fields, indent: string): string {
  return fields
    .map(([name, text]) => `${indent}${writeElement([`md-${name}`, toByteText(text)])}\n`)
    .join('');
}

function mergedFields(work: Work): Fields {
  return [
    ['author', work.author],
    ['date', work.date],
    ['title', work.title],
    ['description', work.description],
  ];
}

function briefFields(work: Work): Fields {
  return [
    ['id', work.id],
    ['author', work.author],
    ['date', work.date],
    ['title', work.title],
    ['medium', work.medium],
    ['description', work.description],
  ];
}

function fullFields(work: Work): Fields {
  return [
    ['id', work.id],
    ['author', work.author],
    ['has-fulltext', 'no'],
    ['date', work.date],
    ['title', work.title],
    ['title-complete', work.title],
    ['medium', work.medium],
    ['publication-name', work.publisher],
    ['publication-date', work.date],
    ['description', work.description],
    ...work.subjects.map((subject) => ['subject-long', subject] as const),
    ...work.subjects.map((subject) => ['subject', subject] as const),
  ];
}
