import { closest, distance } from 'fastest-levenshtein';

/** The share of its letters in which a word may differ from the one that was meant. */
const TOLERANCE = 0.4;

/** `; did you mean "retry"?` when one of the known words is near the one that was found, else nothing. */
export function suggest(found: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(
    found.toLowerCase(),
    known.map((word) => word.toLowerCase()),
  );
  const word = known.find((candidate) => candidate.toLowerCase() === nearest) ?? nearest;
  const furthest = Math.max(1, Math.floor(word.length * TOLERANCE));
  return distance(found.toLowerCase(), nearest) <= furthest ? `; did you mean "${word}"?` : '';
}
