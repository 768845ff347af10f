import { element } from '../dom.js';

const LABELS = [
  ['description', 'About'],
  ['subject', 'Subjects'],
  ['publication-name', 'Publisher'],
  ['medium', 'Medium'],
];

/** A record in full; undefined while it is on its way. */
export function recordDetails(record) {
  if (record === undefined) return element('p', { class: 'record muted', 'data-waiting': true }, 'Loading…');
  const rows = LABELS.flatMap(([name, label]) => row(label, [...(record.fields.get(name) ?? [])]));
  return element('dl', { class: 'record' }, ...rows, ...row('Held by', record.locations));
}

function row(label, values) {
  if (values.length === 0) return [];
  return [element('dt', {}, label), element('dd', {}, values.join(', '))];
}
