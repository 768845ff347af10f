import type { Cluster } from './record-list.ts';

/** How a list is sorted: criteria in falling importance. */
export interface SortOrder {
  /** The parameter as given: equal keys sort equally. */
  readonly key: string;
  readonly criteria: readonly SortCriterion[];
}

interface SortCriterion {
  readonly compare: (one: Cluster, other: Cluster) => number;
  readonly direction: 1 | -1;
}

const COMPARISONS: Readonly<Record<string, SortCriterion['compare']>> = {
  title: (one, other) => compareText(withoutArticle(one.work.title), withoutArticle(other.work.title)),
  author: (one, other) => compareText(one.work.author, other.work.author),
  date: (one, other) => Number(one.work.date) - Number(other.work.date),
  position: () => 0,
};

/** The `sort` parameter when there is none. */
export const DEFAULT_SORT = 'relevance';

/** Reads `title:1,date:0` (1 rises, anything else falls; relevance always falls), undefined for a name that cannot be sorted by. */
export function parseSort(text: string): SortOrder | undefined {
  const criteria: SortCriterion[] = [];
  for (const part of text.split(',')) {
    const [name = '', direction = ''] = part.split(':');
    const compare = name === 'relevance' ? byRelevance : COMPARISONS[name];
    if (compare === undefined) return undefined;
    criteria.push({ compare, direction: name === 'relevance' || direction.startsWith('1') ? 1 : -1 });
  }
  return { key: text, criteria };
}

/** Clusters that are equal by every criterion go by their record id, so that the order is always the same. */
export function compareClusters(order: SortOrder): (one: Cluster, other: Cluster) => number {
  return (one, other) => {
    for (const { compare, direction } of order.criteria) {
      const difference = compare(one, other) * direction;
      if (difference !== 0) return difference;
    }
    return compareText(one.recid, other.recid);
  };
}

function byRelevance(one: Cluster, other: Cluster): number {
  return other.relevance - one.relevance;
}

function withoutArticle(title: string): string {
  return title.toLowerCase().replace(/^(?:an?|the) /, '');
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
