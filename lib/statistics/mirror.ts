import type { Clock } from '../clock.ts';
import type { StatisticsEngine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import type { FarmUpdateRequest, PhysicalUpdateRequest } from './engine-request.ts';
import { factId, type FactKey, type MirrorFact } from './mirror-fact.ts';
import { MirrorFacts } from './mirror-facts.ts';
import type { MirrorReport, ReportedFact } from './mirror-report.ts';

type Update = PhysicalUpdateRequest | FarmUpdateRequest;

/** How it stands with one peer. */
export interface MirrorPeerSnapshot {
  readonly url: string;
  /** Facts that were set here and that the peer has not taken yet. */
  readonly behind: number;
  /** Seconds since everything that the peer knows was pulled; null before the first time. */
  readonly pulled: number | null;
  /** What was wrong the last time; null where nothing was. */
  readonly problem: string | null;
  /** Facts of the peer that do not fit the layout here, with the reason. */
  readonly differing: readonly string[];
}

/** What became of a report. */
export interface MirrorOutcome {
  /** Facts that were news and were taken. */
  readonly taken: number;
  /** Facts that do not fit this engine's layout, each with the reason. */
  readonly differing: readonly string[];
}

/** A sign of life without statistics. */
const LIVES = ':';

/** Keeps what one engine is told in versions, so that others can be told, and takes what others tell. */
export class Mirror {
  readonly #engine: StatisticsEngine;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #facts: MirrorFacts;
  /** When each statistic was pushed, in monotonic milliseconds. */
  readonly #pushedAt = new Map<string, number>();
  readonly #written: (facts: readonly ReportedFact[]) => void;

  /**
   * @param origin id of this run of the engine, unique among all
   * @param written hears of everything that is set or pushed here, but not of what comes from other engines: so nothing goes in circles
   */
  constructor(
    engine: StatisticsEngine,
    {
      clock,
      origin,
      written,
    }: { clock: Clock; origin: string; written: (facts: readonly ReportedFact[]) => void },
  ) {
    this.#engine = engine;
    this.#clock = clock;
    this.#origin = origin;
    this.#facts = new MirrorFacts(origin);
    this.#written = written;
    engine.onUpdate = (update) => this.#write(update);
  }

  /** What this engine knows of farms or of physicals. */
  report(kind: FactKey['kind']): MirrorReport {
    return { engine: this.#origin, facts: this.#facts.all(kind).map((fact) => this.#reported(fact)) };
  }

  /** Takes what is news. What does not fit here is told and left. */
  receive({ facts }: MirrorReport): MirrorOutcome {
    const differing: string[] = [];
    let taken = 0;
    for (const fact of facts) {
      if (!this.#facts.isNews(fact)) {
        this.#facts.merge(fact);
        continue;
      }
      const problem = this.#apply(fact);
      if (problem === undefined) taken += 1;
      else differing.push(`${factId(fact)}: ${problem}`);
    }
    return { taken, differing };
  }

  /** What is wrong with it here; undefined when it was taken. */
  #apply({ age, ...fact }: ReportedFact): string | undefined {
    try {
      this.#engine.mirror(updateOf(fact), age);
    } catch (error) {
      if (error instanceof EngineError) return error.message;
      throw error;
    }
    this.#facts.merge(fact);
    if (fact.field.startsWith(LIVES)) this.#pushedAt.set(factId(fact), this.#clock.monotonic() - age);
    return undefined;
  }

  #write(update: Update): void {
    const facts = factsOf(update).map(([key, value]) => {
      if (key.field.startsWith(LIVES)) this.#pushedAt.set(factId(key), this.#clock.monotonic());
      return this.#reported(this.#facts.write(key, value));
    });
    this.#written(facts);
  }

  #reported(fact: MirrorFact): ReportedFact {
    const at = this.#pushedAt.get(factId(fact));
    return { ...fact, age: at === undefined ? 0 : Math.max(0, Math.round(this.#clock.monotonic() - at)) };
  }
}

function factsOf(update: Update): [key: FactKey, value: string | number][] {
  const kind = update.kind === 'update/phys' ? 'phys' : 'farm';
  const name = update.kind === 'update/phys' ? update.host : update.farm;
  const { administrative, health } = update;
  const said: [field: string, value: string | number | undefined][] = [
    ['s', administrative],
    ['u', health],
  ];
  if (update.kind === 'update/farm') said.push(['forward', update.forward]);
  else said.push(...update.figures.map(([figure, value]): [string, number] => [`:${figure}`, value]));
  const facts = said.flatMap(([field, value]): [FactKey, string | number][] =>
    value === undefined ? [] : [[{ kind, name, field }, value]],
  );
  return facts.length > 0 ? facts : [[{ kind, name, field: LIVES }, 0]];
}

/** The update by which an engine would have come to know this fact. @throws EngineError 400 for a value that the field cannot have */
function updateOf({ kind, name, field, value }: MirrorFact): Update {
  const nothing = { administrative: undefined, health: undefined } as const;
  const text = String(value);
  if (kind === 'phys') {
    const physical = { kind: 'update/phys', host: name, ...nothing, figures: [] } as const;
    if (field === LIVES) return physical;
    if (field.startsWith(LIVES) && typeof value === 'number')
      return { ...physical, figures: [[field.slice(1), value]] };
    if (field === 's' && (text === 'on' || text === 'off')) return { ...physical, administrative: text };
    if (field === 'u' && (text === 'up' || text === 'down' || text === 'auto'))
      return { ...physical, health: text };
  } else {
    const farm = { kind: 'update/farm', farm: name, ...nothing, forward: undefined } as const;
    if (field === 's' && (text === 'on' || text === 'off')) return { ...farm, administrative: text };
    if (field === 'u' && (text === 'up' || text === 'down')) return { ...farm, health: text };
    if (field === 'forward') return { ...farm, forward: text };
  }
  throw new EngineError(400, `${field} of ${kind} cannot be ${JSON.stringify(value)}`);
}
