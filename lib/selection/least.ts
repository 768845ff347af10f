import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';
import { Standings } from './standings.ts';

/**
 * Chooses the member with the lowest value, which itself grows with what a member gets. Equals, such as members without any load, take turns
 * by load factor.
 */
export class Least implements Selector {
  readonly method: string;
  readonly #value: (member: Member) => number;
  readonly #turns = new Standings();

  constructor(method: string, value: (member: Member) => number) {
    this.method = method;
    this.#value = value;
  }

  select(candidates: readonly Member[]): Member | undefined {
    const total = this.#turns.credit(candidates);
    let best: Member | undefined;
    let lowest = Infinity;
    for (const member of candidates) {
      const value = this.#value(member);
      if (best !== undefined && !this.#isBetter({ member, value }, { member: best, value: lowest })) continue;
      best = member;
      lowest = value;
    }
    if (best !== undefined) this.#turns.pay(best, total);
    return best;
  }

  charge(): void {
    // The value counts a session's requests too.
  }

  forget(member: Member): void {
    this.#turns.forget(member);
  }

  standing(member: Member): number {
    return this.#value(member);
  }

  #isBetter(later: Valued, earlier: Valued): boolean {
    if (later.value !== earlier.value) return later.value < earlier.value;
    return this.#turns.of(later.member) > this.#turns.of(earlier.member);
  }
}

interface Valued {
  readonly member: Member;
  readonly value: number;
}
