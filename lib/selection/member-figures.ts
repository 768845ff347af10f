import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { Figure } from '../load/figures.ts';
import type { CountSessions } from './bysessions.ts';

/** How pushed figures are taken. Times in milliseconds. */
export interface FigureSettings {
  /** Older ones count as not known; 0 for never too old. */
  readonly maxAge: number;
  /** After which time an old figure weighs 1/e of a new one; 0 takes each as it comes. */
  readonly smoothing: number;
}

type OwnCount = (member: Member) => number;

interface Smoothed {
  value: number;
  /** When the figure arrived that was taken in last. */
  at: number;
}

/** What is known of members by name: what they pushed, and where they did not push it, the balancer's own counts. */
export class MemberFigures {
  readonly #settings: FigureSettings;
  readonly #clock: Clock;
  readonly #ownCounts: ReadonlyMap<string, OwnCount>;
  readonly #smoothed = new WeakMap<Member, Map<string, Smoothed>>();
  /** Times that a member was chosen since it pushed last. */
  readonly #placed = new WeakMap<Member, number>();

  constructor(settings: FigureSettings, clock: Clock, countSessions: CountSessions) {
    this.#settings = settings;
    this.#clock = clock;
    this.#ownCounts = new Map<string, OwnCount>([
      ['busy', ({ load }) => load.busy],
      ['sessions', countSessions],
      ['bytes', ({ load }) => load.bytesSent + load.bytesReceived],
      ['elected', ({ load }) => load.elected],
      ['placed', (member) => this.#placed.get(member) ?? 0],
      ['factor', ({ loadFactorHundredths }) => loadFactorHundredths / 100],
    ]);
  }

  /** True for names that change without an update. */
  isOwnCount(name: string): boolean {
    return this.#ownCounts.has(name);
  }

  /** Undefined for what was never pushed, or is too old, and is no count of the balancer's own. */
  of(member: Member, name: string): number | undefined {
    return this.pushed(member, name) ?? this.#ownCounts.get(name)?.(member);
  }

  /** The same, but only what was pushed. */
  pushed(member: Member, name: string): number | undefined {
    const figure = member.figures.get(name);
    if (figure === undefined || this.#isOld(figure)) return undefined;
    return this.#settings.smoothing === 0 ? figure.value : this.#smooth(member, name, figure);
  }

  /** The member was chosen. */
  chosen(member: Member): void {
    this.#placed.set(member, (this.#placed.get(member) ?? 0) + 1);
  }

  /** The member has pushed. @param names figures that somebody goes by: each number of them is smoothed, whether it is looked at or not */
  updated(member: Member, names: readonly string[]): void {
    this.#placed.delete(member);
    for (const name of names) this.pushed(member, name);
  }

  #isOld({ at }: Figure): boolean {
    const { maxAge } = this.#settings;
    return maxAge > 0 && this.#clock.monotonic() - at > maxAge;
  }

  #smooth(member: Member, name: string, { value, at }: Figure): number {
    const byName = this.#smoothed.get(member) ?? new Map<string, Smoothed>();
    this.#smoothed.set(member, byName);
    const known = byName.get(name);
    if (known === undefined) {
      byName.set(name, { value, at });
      return value;
    }
    if (known.at === at) return known.value;
    const kept = Math.exp((known.at - at) / this.#settings.smoothing);
    known.value = known.value * kept + value * (1 - kept);
    known.at = at;
    return known.value;
  }
}
