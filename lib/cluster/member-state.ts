import type { AdministrativeState } from './member-settings.ts';
import { MemberRest } from './member-rest.ts';

/** What probes and traffic say about a member. */
export type HealthState = 'up' | 'down';

/** Whether pushed statistics come in time; always `in` where none are expected. */
export type FreshnessState = 'in' | 'out';

/** What is known of a member, each fact with one writer. */
interface MemberFacts {
  readonly administrative: AdministrativeState;
  readonly health: HealthState;
  readonly freshness: FreshnessState;
  /** An operator's word on its health, against which nothing that is measured counts; `auto` where there is none. */
  readonly override: HealthState | 'auto';
  /** After a failure it is left alone for a time. */
  readonly rest: 'working' | 'resting';
  /** Taken out for a time by what became of real requests, which also makes it `down`. */
  readonly ejection: 'none' | 'ejected';
  /** Comes to its full share of new sessions little by little after it joined or recovered. */
  readonly slowStart: 'full' | 'warming';
}

/** One of the facts that make a member's state. */
export type MemberAxis = keyof MemberFacts;

/** One axis of a member's state went from one value to another. */
export interface MemberStateChange {
  readonly axis: MemberAxis;
  readonly from: string;
  readonly to: string;
  /** Why, in words for operators. */
  readonly reason: string;
}

/** A member's state at one moment. */
export interface MemberStateSnapshot extends MemberFacts {
  /** Why each axis has its value; empty while it has its first one. */
  readonly reasons: Readonly<Record<MemberAxis, string>>;
  /** Milliseconds that the rest after a failure still lasts, 0 if there is none. */
  readonly restsFor: number;
  /** Rests since the latest answer: each lasts twice as long as the one before. */
  readonly restsInARow: number;
}

/**
 * Independent facts about a member, each with one writer: the manager (administrative, override), the health monitor (health, ejection), the freshness
 * watch, the member (slow start), and the rest after a failure, which forwarding reports. All but the administrative state hold back
 * new sessions only. Times are monotonic milliseconds.
 */
export class MemberState {
  readonly #facts: { -readonly [Axis in MemberAxis]: MemberFacts[Axis] };
  readonly #reasons: Record<MemberAxis, string> = {
    administrative: '',
    health: '',
    freshness: '',
    override: '',
    rest: '',
    ejection: '',
    slowStart: '',
  };
  readonly #rest: MemberRest = new MemberRest((resting, reason) => {
    this.#become('rest', resting ? 'resting' : 'working', reason);
  });
  /** What the health monitor says, whether it counts or not. */
  #measured: { readonly health: HealthState; readonly reason: string } = { health: 'up', reason: '' };
  readonly #changeListeners = new Set<(change: MemberStateChange) => void>();

  constructor(administrative: AdministrativeState = 'enabled') {
    this.#facts = {
      administrative,
      health: 'up',
      freshness: 'in',
      override: 'auto',
      rest: 'working',
      ejection: 'none',
      slowStart: 'full',
    };
  }

  get administrative(): AdministrativeState {
    return this.#facts.administrative;
  }

  get health(): HealthState {
    return this.#facts.health;
  }

  get freshness(): FreshnessState {
    return this.#facts.freshness;
  }

  /** True while somebody said by hand that it is up or down. */
  get isHealthOverridden(): boolean {
    return this.#facts.override !== 'auto';
  }

  setAdministrative(to: AdministrativeState, reason: string): void {
    this.#become('administrative', to, reason);
  }

  /** What the health monitor found. It is kept in mind, but does not count, while an operator's word stands. */
  setHealth(to: HealthState, reason: string): void {
    this.#measured = { health: to, reason };
    if (!this.isHealthOverridden) this.#becomeHealth(to, reason);
  }

  /** An operator's word on its health, which nothing that is measured undoes; `auto` takes it back. */
  overrideHealth(to: HealthState | 'auto', reason: string): void {
    this.#become('override', to, reason);
    if (to !== 'auto') this.#becomeHealth(to, reason);
    else this.#becomeHealth(this.#measured.health, this.#measured.reason || reason);
  }

  setFreshness(to: FreshnessState, reason: string): void {
    this.#become('freshness', to, reason);
  }

  setEjection(to: 'none' | 'ejected', reason: string): void {
    this.#become('ejection', to, reason);
  }

  setSlowStart(to: 'full' | 'warming', reason: string): void {
    this.#become('slowStart', to, reason);
  }

  /**
   * An attempt failed now: the member rests for `restFor` milliseconds, or longer if an earlier rest lasts longer. If it fails again when a rest is
   * over, without an answer in between, the next one lasts twice as long, up to `longest`.
   *
   * @param reason in words for operators
   */
  failed(now: number, restFor: number, longest: number = restFor, reason: string = 'it failed'): void {
    this.#rest.begin(now, { restFor, longest }, reason);
  }

  /** An attempt failed now in a way that may happen to anybody. @returns true for the first since the latest answer: then it need not rest */
  forgivesFailure(now: number): boolean {
    return this.#rest.forgives(now);
  }

  /** An attempt was answered. Ends the rest if it began after the failure; one that began before proves nothing. */
  answered(startedAt: number): void {
    this.#rest.answered(startedAt);
  }

  isResting(now: number): boolean {
    return this.#rest.isOn(now);
  }

  /** Ends the rest if its time is over. As Apache's retry timer, a rest ends when an election meets it. */
  expireRest(now: number): void {
    this.#rest.expire(now);
  }

  /** True if the member's own sessions go to it, whatever its health and freshness. */
  servesSessions(): boolean {
    const { administrative } = this.#facts;
    return administrative === 'enabled' || administrative === 'draining';
  }

  /** True if new sessions may go to it, apart from a rest and from room. */
  takesSessions(): boolean {
    const { administrative, health, freshness } = this.#facts;
    return administrative === 'enabled' && health === 'up' && freshness === 'in';
  }

  /** Apache's "usable": nothing wrong with it; draining does not matter, a booked rest does. */
  isUsable(): boolean {
    const wellAndFresh = this.health === 'up' && this.freshness === 'in';
    return this.servesSessions() && wellAndFresh && !this.#rest.isBooked;
  }

  /** Calls back after every change of an axis. Returns a function that ends it. */
  onChange(listener: (change: MemberStateChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  snapshot(now: number): MemberStateSnapshot {
    return {
      ...this.#facts,
      // Its end is met by the next election.
      rest: this.isResting(now) ? 'resting' : 'working',
      reasons: { ...this.#reasons },
      restsFor: this.#rest.remaining(now),
      restsInARow: this.#rest.inARow,
    };
  }

  /** A member that stays down may be so for another reason than before; that is no change. */
  #becomeHealth(to: HealthState, reason: string): void {
    if (to === 'down') this.#reasons.health = reason;
    this.#become('health', to, reason);
  }

  #become<Axis extends MemberAxis>(axis: Axis, to: MemberFacts[Axis], reason: string): void {
    const from = this.#facts[axis];
    if (from === to) return;
    this.#facts[axis] = to;
    this.#reasons[axis] = reason;
    for (const listener of this.#changeListeners) listener({ axis, from, to, reason });
  }
}
