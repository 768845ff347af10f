import type { Member } from '../cluster/member.ts';

/**
 * Rounds that a member may be ahead or behind. Requests of sessions move the books and are far more than elections; without a bound a
 * member without sessions would then get all new ones until the others had caught up.
 */
const MOST_ROUNDS = 50;

/**
 * Books of smooth weighted round robin (Apache's lbstatus): in each round every candidate is credited its load factor, and
 * the one that is chosen pays all that was credited. Who is no candidate keeps what it has, so nobody bursts when it returns (vector br-44).
 * In hundredths of a load factor.
 */
export class Standings {
  readonly #accounts = new Map<Member, number>();
  /** What was credited in the largest round so far: rounds of other sets may be smaller. */
  #largestRound = 0;
  /** Nobody is farther ahead or behind than this; perhaps all are nearer by now. */
  #farthest = 0;

  /** Credits the members their load factors. @returns what was credited in all */
  credit(members: readonly Member[]): number {
    let total = 0;
    for (const member of members) {
      this.#book(member, member.loadFactorHundredths);
      total += member.loadFactorHundredths;
    }
    return total;
  }

  pay(member: Member, total: number): void {
    this.#book(member, -total);
    this.#largestRound = Math.max(this.#largestRound, total);
    const bound = MOST_ROUNDS * this.#largestRound;
    if (this.#farthest > bound) this.#keepWithin(bound);
  }

  of(member: Member): number {
    return this.#accounts.get(member) ?? 0;
  }

  forget(member: Member): void {
    this.#accounts.delete(member);
  }

  #book(member: Member, amount: number): void {
    const standing = this.of(member) + amount;
    this.#accounts.set(member, standing);
    this.#farthest = Math.max(this.#farthest, Math.abs(standing));
  }

  /** All are brought nearer to each other, so that they keep their order and still add up to nothing. */
  #keepWithin(bound: number): void {
    let farthest = 0;
    for (const standing of this.#accounts.values()) farthest = Math.max(farthest, Math.abs(standing));
    this.#farthest = Math.min(farthest, bound);
    if (farthest <= bound) return;
    for (const [member, standing] of this.#accounts) {
      this.#accounts.set(member, (standing * bound) / farthest);
    }
  }
}
