import type { Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';

/** How loaded a member is; lower is better. */
export type LoadMeasure = (member: Member) => number;

/**
 * Power of two choices (Mitzenmacher, 1996): of two members drawn by their load factors the less loaded one. Nearly as even as asking all of them, and
 * several gateways that know nothing of each other do not all rush to the same one. Of equals the first drawn is taken, so that idle members
 * get their shares.
 */
export class PowerOfTwoChoices implements Selector {
  readonly method = 'p2c';
  readonly #measure: LoadMeasure;
  readonly #random: Random;

  constructor(measure: LoadMeasure, random: Random) {
    this.#measure = measure;
    this.#random = random;
  }

  select(candidates: readonly Member[]): Member | undefined {
    const first = this.#draw(candidates);
    if (first === undefined) return undefined;
    const second = this.#draw(candidates.filter((member) => member !== first));
    if (second === undefined) return first;
    return this.standing(second) < this.standing(first) ? second : first;
  }

  charge(): void {
    // What is measured counts a session's requests too.
  }

  forget(): void {
    // Nothing is kept.
  }

  standing(member: Member): number {
    return this.#measure(member) / member.loadFactorHundredths;
  }

  #draw(candidates: readonly Member[]): Member | undefined {
    const total = candidates.reduce((sum, member) => sum + member.loadFactorHundredths, 0);
    let left = this.#random.next() * total;
    for (const member of candidates) {
      left -= member.loadFactorHundredths;
      if (left < 0) return member;
    }
    return candidates.at(-1);
  }
}
