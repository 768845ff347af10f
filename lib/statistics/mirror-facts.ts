import { compareFacts, factId, type FactKey, type MirrorFact } from './mirror-fact.ts';

/** The facts that an engine knows, each in its newest version. */
export class MirrorFacts {
  readonly #origin: string;
  readonly #facts = new Map<string, MirrorFact>();
  /** The highest counter seen. */
  #counter = 0;

  /** @param origin id of this run of the engine, unique among all runs of all engines */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Something was set or pushed here: it takes the place of everything that is known of it here. */
  write(key: FactKey, value: string | number): MirrorFact {
    this.#counter += 1;
    const fact: MirrorFact = { ...key, value, counter: this.#counter, origin: this.#origin };
    this.#facts.set(factId(key), fact);
    return fact;
  }

  /** True if this fact is newer than what is known here. */
  isNews(fact: MirrorFact): boolean {
    const known = this.#facts.get(factId(fact));
    return known === undefined || compareFacts(fact, known) > 0;
  }

  /** Takes a fact of another engine; true if it is news here. */
  merge(fact: MirrorFact): boolean {
    const isNews = this.isNews(fact);
    // Also a fact that loses was seen: what is written from now on is newer.
    this.#counter = Math.max(this.#counter, fact.counter);
    if (isNews) this.#facts.set(factId(fact), fact);
    return isNews;
  }

  /** All of one kind, or all. */
  all(kind?: FactKey['kind']): MirrorFact[] {
    const facts = [...this.#facts.values()];
    return kind === undefined ? facts : facts.filter((fact) => fact.kind === kind);
  }
}
