import type { Work } from './catalogue.ts';
import type { Query } from './query.ts';

const FIELDS: Readonly<Record<string, (work: Work) => readonly string[]>> = {
  author: (work) => [work.author],
  date: (work) => [work.date],
  medium: (work) => [work.medium],
  subject: (work) => work.subjects,
  title: (work) => [work.title],
};

/**
 * Reads the `limit` parameter: `name=value|value,name=value`, a backslash takes the meaning from the next character. A work
 * fits when every name has one of its values. Undefined when it is malformed or a name is not known.
 */
export function parseLimit(text: string): Query | undefined {
  const conditions = split(text, ',').map((condition) => split(condition, '='));
  const wanted = conditions.map(([name = '', ...values]) => ({
    field: FIELDS[name],
    values: split(values.join('='), '|').map(unescape),
  }));
  if (wanted.some(({ field, values }) => field === undefined || values.includes(''))) return undefined;
  return (work) =>
    wanted.every(
      ({ field, values }) => field?.(work).some((value) => values.includes(value.toLowerCase())) ?? false,
    );
}

function split(text: string, separator: string): string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/\\[^]|[^]/g)) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

function unescape(text: string): string {
  return text.replaceAll(/\\([^])/g, '$1').toLowerCase();
}
