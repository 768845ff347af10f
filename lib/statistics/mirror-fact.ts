/** What a fact is about: one thing that somebody set, or that a server pushed. */
export interface FactKey {
  readonly kind: 'farm' | 'phys';
  /** The farm's or the physical's name. */
  readonly name: string;
  /** `s`, `u`, `forward`, or the name of a statistic behind a colon. */
  readonly field: string;
}

/**
 * How new a fact is. The counter is one more than that of everything its engine knew of, so that whoever overwrites something is newer,
 * whatever clocks say. The origin tells facts of engines apart that did not know of each other.
 */
export interface FactVersion {
  readonly counter: number;
  /** Id of the engine's present run. */
  readonly origin: string;
}

/** One fact as engines tell it each other. */
export interface MirrorFact extends FactKey, FactVersion {
  readonly value: string | number;
}

/** Values that win where two engines, unknown to each other, said something at the same counter: the careful ones. */
const CAREFUL: Readonly<Record<string, readonly string[]>> = { s: ['on', 'off'], u: ['auto', 'up', 'down'] };

/** Name of a fact, unique among all. */
export function factId({ kind, name, field }: FactKey): string {
  return `${kind} ${name} ${field}`;
}

/** Above 0 if `a` takes the place of `b`, 0 if they say the same. A total order, so that engines agree in whatever order they hear of facts. */
export function compareFacts(a: MirrorFact, b: MirrorFact): number {
  return (
    a.counter - b.counter ||
    rankOf(a) - rankOf(b) ||
    compareTexts(a.origin, b.origin) ||
    compareTexts(JSON.stringify(a.value), JSON.stringify(b.value))
  );
}

function rankOf({ field, value }: MirrorFact): number {
  return CAREFUL[field]?.indexOf(String(value)) ?? 0;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
