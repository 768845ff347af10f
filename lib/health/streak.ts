import type { HealthState } from '../cluster/member-state.ts';

/** How many results in a row decide. */
export interface StreakLimits {
  readonly passes: number;
  readonly fails: number;
}

/**
 * Counts results in a row: one that differs begins the count anew, so that one failure in a hundred never adds up to a member that is down.
 * The first result decides alone, because nothing else is known.
 */
export class Streak {
  readonly #limits: StreakLimits;
  #verdict: HealthState | undefined;
  #last: boolean | undefined;
  #length = 0;

  constructor(limits: StreakLimits) {
    this.#limits = limits;
  }

  /** Results alike until now. */
  get length(): number {
    return this.#length;
  }

  /** Takes one more result in. @returns what follows from all of them */
  record(passed: boolean): HealthState {
    this.#length = passed === this.#last ? this.#length + 1 : 1;
    this.#last = passed;
    const enough = passed ? this.#limits.passes : this.#limits.fails;
    if (this.#verdict === undefined || this.#length >= enough) this.#verdict = passed ? 'up' : 'down';
    return this.#verdict;
  }
}
