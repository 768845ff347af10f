import type { Work } from './catalogue.ts';
import { words } from './query.ts';
import { compareClusters, type SortOrder } from './sort-order.ts';
import type { Target } from './target.ts';

/** Records of the same work from several targets. */
export interface Cluster {
  readonly recid: string;
  readonly work: Work;
  readonly targets: Target[];
  relevance: number;
}

/** What a search has found so far, merged. */
export class RecordList {
  readonly #clusters = new Map<string, Cluster>();
  readonly #sought: readonly string[];
  #sorted: { readonly key: string; readonly clusters: readonly Cluster[] } | undefined;

  /** @param query Its words decide the relevance. */
  constructor(query: string) {
    this.#sought = words(query);
  }

  get size(): number {
    return this.#clusters.size;
  }

  add(target: Target, work: Work): void {
    const recid = recordId(work);
    const known = this.#clusters.get(recid);
    const cluster = known ?? { recid, work, targets: [], relevance: relevance(work, this.#sought) };
    if (known === undefined) this.#clusters.set(recid, cluster);
    cluster.targets.push(target);
    this.#sorted = undefined;
  }

  values(): Iterable<Cluster> {
    return this.#clusters.values();
  }

  sorted(order: SortOrder): readonly Cluster[] {
    if (this.#sorted?.key !== order.key) {
      this.#sorted = { key: order.key, clusters: [...this.#clusters.values()].sort(compareClusters(order)) };
    }
    return this.#sorted.clusters;
  }
}

const ids = new WeakMap<Work, string>();

/** The key by which Pazpar2 merges, and the record's id: its author, title and medium as plain words. */
export function recordId(work: Work): string {
  let id = ids.get(work);
  if (id === undefined) {
    const parts = [work.author, work.title, work.medium].map((text) => words(text).join(' '));
    id = `content: author ${parts[0]} title ${parts[1]} medium ${parts[2]}`;
    ids.set(work, id);
  }
  return id;
}

/** The weights are those of the recorded service: title 6, description 3, author 2. */
function relevance(work: Work, sought: readonly string[]): number {
  const weighted = [
    { weight: 6, text: words(work.title) },
    { weight: 3, text: words(work.description) },
    { weight: 2, text: words(work.author) },
  ];
  let score = 0;
  for (const { weight, text } of weighted) {
    const found = text.filter((word) => sought.includes(word)).length;
    score += Math.floor((100_000 * weight * found) / text.length);
  }
  return score;
}
