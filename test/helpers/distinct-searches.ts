import { expectedResult, inventWorks } from '../../lib/simulator/index.ts';
import type { Search } from './pz2-user.ts';

const TOPICS = ['', ' or su=Voyages', ' or su=Museums', ' or ti=handbook', ' or su=Criticism'];

/** Searches no two of which find the same, from two hits to replies of many kilobytes. */
export function distinctSearches(count: number): Search[] {
  const ids = inventWorks().map(({ id }) => id);
  const searches: Search[] = [];
  const seen = new Set<string>();
  for (let first = 0; searches.length < count; first += 1) {
    const distance = 1 + Math.floor(first / ids.length);
    const ownWords = [ids[first % ids.length] ?? '', ids[(first + distance) % ids.length] ?? ''];
    const query = ownWords.join(' or ') + (TOPICS[first % TOPICS.length] ?? '');
    const expected = expectedResult(query);
    const key = expected.recids.join();
    if (!seen.has(key)) searches.push({ query, ownWords, expected });
    seen.add(key);
  }
  return searches;
}
