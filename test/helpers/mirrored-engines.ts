import { factId, type FactKey, type MirrorFact } from '../../lib/statistics/mirror-fact.ts';
import { MirrorFacts } from '../../lib/statistics/mirror-facts.ts';

const KEYS: readonly FactKey[] = [
  { kind: 'phys', name: 'pz1', field: 's' },
  { kind: 'phys', name: 'pz1', field: 'u' },
  { kind: 'phys', name: 'pz1', field: ':load1' },
  { kind: 'farm', name: 'main', field: 's' },
];
const VALUES: readonly (readonly (string | number)[])[] = [
  ['on', 'off', 'on'],
  ['auto', 'up', 'down'],
  [0.5, 1, 2],
  ['on', 'off', 'off'],
];

/** A fact under way from one engine to another. */
interface Message {
  readonly from: number;
  readonly to: number;
  readonly fact: MirrorFact;
}

/** Three engines that push what is written to them to each other over a network that loses, repeats, reorders and parts, and that pull. */
export class MirroredEngines {
  readonly #engines: MirrorFacts[];
  readonly #network: Message[] = [];
  readonly #parted = new Set<string>();
  /** Everything ever written, by the engine's run and counter, with what that engine knew of the same thing then. */
  readonly #overwritten = new Map<string, Set<string>>();
  #runs = 0;

  constructor() {
    this.#engines = [0, 1, 2].map(() => this.#boot());
  }

  /** What each engine knows, in one order. */
  get states(): MirrorFact[][] {
    return this.#engines.map((engine) => engine.all().toSorted((a, b) => factId(a).localeCompare(factId(b))));
  }

  take(step: string, [first = 0, second = 0, third = 0]: readonly number[]): void {
    if (step === 'write') this.#write(first, second, third);
    else if (step === 'deliver') this.#deliver(first, true);
    else if (step === 'repeat') this.#deliver(first, false);
    else if (step === 'lose') this.#network.splice(first % (this.#network.length || 1), 1);
    else if (step === 'pull') this.#pull(first, second);
    else if (step === 'part') this.#parted.add(wayOf(first, second));
    else if (step === 'join') this.#parted.delete(wayOf(first, second));
    else this.#engines[first] = this.#boot();
  }

  /** The network is whole, and everybody pulls from everybody; what is still under way comes late. */
  heal(): void {
    this.#parted.clear();
    // News of the third may reach the first by the second only in a second round.
    for (let round = 0; round < 2; round++) {
      for (const from of [0, 1, 2]) for (const to of [0, 1, 2]) this.#pull(to, from);
    }
    while (this.#network.length > 0) this.#deliver(0, true);
    for (const from of [0, 1, 2]) for (const to of [0, 1, 2]) this.#pull(to, from);
  }

  /** Facts that are known though what is known elsewhere, or was when they were lost, was written in knowledge of them. */
  revived(): string[] {
    return this.states
      .flatMap((state) =>
        state.filter((fact) => {
          const others = this.states.flat().filter((other) => factId(other) === factId(fact));
          return others.some((other) => this.#overwritten.get(idOf(other))?.has(idOf(fact)) === true);
        }),
      )
      .map(idOf);
  }

  #write(index: number, keyIndex: number, valueIndex: number): void {
    const engine = this.#engine(index);
    const key = KEYS[keyIndex];
    const value = VALUES[keyIndex]?.[valueIndex];
    if (key === undefined || value === undefined) throw new RangeError('no such fact');
    const known = engine.all().find((fact) => factId(fact) === factId(key));
    const fact = engine.write(key, value);
    const older = known === undefined ? [] : [idOf(known), ...(this.#overwritten.get(idOf(known)) ?? [])];
    this.#overwritten.set(idOf(fact), new Set(older));
    for (const to of [0, 1, 2]) if (to !== index) this.#network.push({ from: index, to, fact });
  }

  /** The engine at the far end hears of a fact, unless the way is parted: then it is lost. */
  #deliver(pick: number, once: boolean): void {
    const index = pick % (this.#network.length || 1);
    const message = this.#network[index];
    if (message === undefined) return;
    if (once) this.#network.splice(index, 1);
    if (this.#parted.has(wayOf(message.from, message.to))) return;
    this.#merge(message.to, message.fact);
  }

  #pull(to: number, from: number): void {
    if (to === from || this.#parted.has(wayOf(from, to))) return;
    for (const fact of this.#engine(from).all()) this.#merge(to, fact);
  }

  /** @throws when an engine gives up a fact that was written in knowledge of the one it takes */
  #merge(to: number, fact: MirrorFact): void {
    const engine = this.#engine(to);
    const known = engine.all().find((other) => factId(other) === factId(fact));
    const isNews = engine.merge(fact);
    if (isNews && known !== undefined && this.#overwritten.get(idOf(known))?.has(idOf(fact)) === true) {
      throw new Error(`${idOf(fact)} came back after ${idOf(known)}`);
    }
  }

  #engine(index: number): MirrorFacts {
    const engine = this.#engines[index];
    if (engine === undefined) throw new RangeError(`no engine ${index}`);
    return engine;
  }

  #boot(): MirrorFacts {
    this.#runs += 1;
    return new MirrorFacts(`run${this.#runs}`);
  }
}

function idOf(fact: MirrorFact): string {
  return `${factId(fact)} ${fact.origin} ${fact.counter}`;
}

function wayOf(a: number, b: number): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`;
}
