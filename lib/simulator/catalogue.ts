import { AUTHORS, PUBLISHERS, TITLE_PATTERNS, TOPICS } from './catalogue-words.ts';

/** One book of the catalogue. */
export interface Work {
  /** Unique and a word of its own, so that a query for it finds exactly this work. */
  readonly id: string;
  readonly title: string;
  readonly author: string;
  /** Year of publication. */
  readonly date: string;
  readonly medium: 'book' | 'journal' | 'electronic';
  readonly subjects: readonly string[];
  readonly description: string;
  readonly publisher: string;
}

const MEDIUMS = ['book', 'book', 'electronic', 'book', 'journal'] as const;
const VARIATIONS = TITLE_PATTERNS.length * TOPICS.length;

/**
 * Invents `count` works about libraries, science and literature, always the same ones. The first 312 have titles of their own,
 * later ones are further volumes.
 */
export function inventWorks(count: number = VARIATIONS): readonly Work[] {
  return Array.from({ length: count }, (_, index) => inventWork(index));
}

function inventWork(index: number): Work {
  const topic = pick(TOPICS, index);
  const round = Math.floor(index / TOPICS.length);
  const pattern = pick(TITLE_PATTERNS, round);
  const volume = Math.floor(index / VARIATIONS) + 1;
  const title = capitalised(pattern.replace('*', topic.name)) + (volume === 1 ? '' : `, volume ${volume}`);
  return {
    id: `pzb${String(index + 1).padStart(5, '0')}`,
    title,
    author: pick(AUTHORS, index * 7 + Math.floor(index / 5)),
    date: String(1791 + ((index * 37) % 229)),
    medium: pick(MEDIUMS, index),
    subjects: [...topic.subjects.filter((_, place) => (round + place) % 3 !== 0), topic.name],
    description: `${topic.note} With "notes & queries" on ${topic.name.toLowerCase()}.`,
    publisher: pick(PUBLISHERS, index * 3 + 1),
  };
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new RangeError('A list to pick from must not be empty');
  return item;
}
