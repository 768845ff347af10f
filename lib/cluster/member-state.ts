import type { AdministrativeState } from './member-settings.ts';

/** What probes and traffic say about a member. */
export type HealthState = 'up' | 'down';

/** Whether pushed statistics come in time; always `in` where none are expected. */
export type FreshnessState = 'in' | 'out';

interface Change<Axis, Value> {
  readonly axis: Axis;
  readonly from: Value;
  readonly to: Value;
  /** Why, in words for operators. */
  readonly reason: string;
}

/** One axis of a member's state went from one value to another. */
export type MemberStateChange =
  | Change<'administrative', AdministrativeState>
  | Change<'health', HealthState>
  | Change<'freshness', FreshnessState>;

/** A member's state at one moment. */
export interface MemberStateSnapshot {
  readonly administrative: AdministrativeState;
  readonly health: HealthState;
  readonly freshness: FreshnessState;
  /** Why each axis has its value; empty while it has its first one. */
  readonly reasons: Readonly<Record<MemberStateChange['axis'], string>>;
  /** Milliseconds that the rest after a failure still lasts, 0 if there is none. */
  readonly restsFor: number;
}

/**
 * Three independent facts about a member, each with one writer (the manager, the health monitor, the freshness watch),
 * and apart from them the rest after a failure, which forwarding reports. All but the administrative state hold back
 * new sessions only. Times are monotonic milliseconds.
 */
export class MemberState {
  #administrative: AdministrativeState;
  #health: HealthState = 'up';
  #freshness: FreshnessState = 'in';
  readonly #reasons = { administrative: '', health: '', freshness: '' };
  /** What the health monitor says, whether it counts or not. */
  #measured: { readonly health: HealthState; readonly reason: string } = { health: 'up', reason: '' };
  /** True while an operator's word on its health stands against whatever is measured. */
  #isOverridden = false;
  #failedAt = -Infinity;
  /** Since the latest answer. */
  #hasForgiven = false;
  /** Undefined while no rest is booked. A rest that is over stays booked until somebody ends it. */
  #restUntil: number | undefined;
  /** Since the latest answer. */
  #restsInARow = 0;
  readonly #changeListeners = new Set<(change: MemberStateChange) => void>();
  readonly #restListeners = new Set<(resting: boolean) => void>();

  constructor(administrative: AdministrativeState = 'enabled') {
    this.#administrative = administrative;
  }

  get administrative(): AdministrativeState {
    return this.#administrative;
  }

  get health(): HealthState {
    return this.#health;
  }

  get freshness(): FreshnessState {
    return this.#freshness;
  }

  setAdministrative(to: AdministrativeState, reason: string): void {
    const from = this.#administrative;
    if (from === to) return;
    this.#administrative = to;
    this.#report({ axis: 'administrative', from, to, reason });
  }

  /** True while somebody said by hand that it is up or down. */
  get isHealthOverridden(): boolean {
    return this.#isOverridden;
  }

  /** What the health monitor found. It is kept in mind, but does not count, while an operator's word stands. */
  setHealth(to: HealthState, reason: string): void {
    this.#measured = { health: to, reason };
    if (!this.#isOverridden) this.#becomeHealth(to, reason);
  }

  /** An operator's word on its health, which nothing that is measured undoes; `auto` takes it back. */
  overrideHealth(to: HealthState | 'auto', reason: string): void {
    this.#isOverridden = to !== 'auto';
    if (to !== 'auto') this.#becomeHealth(to, reason);
    else this.#becomeHealth(this.#measured.health, this.#measured.reason || reason);
  }

  setFreshness(to: FreshnessState, reason: string): void {
    const from = this.#freshness;
    if (from === to) return;
    this.#freshness = to;
    this.#report({ axis: 'freshness', from, to, reason });
  }

  /**
   * An attempt failed now: the member rests for `restFor` milliseconds, or longer if an earlier rest lasts longer. If it fails again when a rest is
   * over, without an answer in between, the next one lasts twice as long, up to `longest`.
   */
  failed(now: number, restFor: number, longest: number = restFor): void {
    this.#failedAt = now;
    if (restFor <= 0) return;
    const begins = this.#restUntil === undefined;
    if (!this.isResting(now)) this.#restsInARow += 1;
    const duration = Math.min(restFor * 2 ** (this.#restsInARow - 1), Math.max(restFor, longest));
    this.#restUntil = Math.max(this.#restUntil ?? now, now + duration);
    if (begins) this.#reportRest(true);
  }

  /** An attempt failed now in a way that may happen to anybody. @returns true for the first since the latest answer: then it need not rest */
  forgivesFailure(now: number): boolean {
    const isFirst = !this.#hasForgiven;
    this.#failedAt = now;
    this.#hasForgiven = true;
    return isFirst;
  }

  /** An attempt was answered. Ends the rest if it began after the failure; one that began before proves nothing. */
  answered(startedAt: number): void {
    if (startedAt <= this.#failedAt) return;
    this.#restsInARow = 0;
    this.#hasForgiven = false;
    this.clearRest();
  }

  isResting(now: number): boolean {
    return this.#restUntil !== undefined && now < this.#restUntil;
  }

  /** Ends the rest if its time is over. As Apache's retry timer, a rest ends when an election meets it. */
  expireRest(now: number): void {
    if (!this.isResting(now)) this.clearRest();
  }

  clearRest(): void {
    if (this.#restUntil === undefined) return;
    this.#restUntil = undefined;
    this.#reportRest(false);
  }

  /** True if the member's own sessions go to it, whatever its health and freshness. */
  servesSessions(): boolean {
    return this.#administrative === 'enabled' || this.#administrative === 'draining';
  }

  /** True if new sessions may go to it, apart from a rest and from room. */
  takesSessions(): boolean {
    return this.#administrative === 'enabled' && this.#health === 'up' && this.#freshness === 'in';
  }

  /** Apache's "usable": nothing wrong with it; draining does not matter, a booked rest does. */
  isUsable(): boolean {
    const wellAndFresh = this.#health === 'up' && this.#freshness === 'in';
    return this.servesSessions() && wellAndFresh && this.#restUntil === undefined;
  }

  /** Calls back after every change of an axis. Returns a function that ends it. */
  onChange(listener: (change: MemberStateChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  /** Calls back with true when a rest begins, with false when it ends. Returns a function that ends it. */
  onRest(listener: (resting: boolean) => void): () => void {
    this.#restListeners.add(listener);
    return () => void this.#restListeners.delete(listener);
  }

  snapshot(now: number): MemberStateSnapshot {
    return {
      administrative: this.#administrative,
      health: this.#health,
      freshness: this.#freshness,
      reasons: { ...this.#reasons },
      restsFor: Math.max(0, (this.#restUntil ?? now) - now),
    };
  }

  /** A member that stays down may be so for another reason than before; that is no change. */
  #becomeHealth(to: HealthState, reason: string): void {
    const from = this.#health;
    if (from === to) {
      if (to === 'down') this.#reasons.health = reason;
      return;
    }
    this.#health = to;
    this.#report({ axis: 'health', from, to, reason });
  }

  #report(change: MemberStateChange): void {
    this.#reasons[change.axis] = change.reason;
    for (const listener of this.#changeListeners) listener(change);
  }

  #reportRest(resting: boolean): void {
    for (const listener of this.#restListeners) listener(resting);
  }
}
