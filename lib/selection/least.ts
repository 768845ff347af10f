import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';

/** Chooses the member with the lowest value; ties go to the earlier. Keeps no books: the value itself grows with what a member gets. */
export class Least implements Selector {
  readonly method: string;
  readonly #value: (member: Member) => number;

  constructor(method: string, value: (member: Member) => number) {
    this.method = method;
    this.#value = value;
  }

  select(candidates: readonly Member[]): Member | undefined {
    let best: Member | undefined;
    let lowest = Infinity;
    for (const member of candidates) {
      const value = this.#value(member);
      if (best !== undefined && value >= lowest) continue;
      best = member;
      lowest = value;
    }
    return best;
  }

  charge(): void {
    // The value counts a session's requests too.
  }

  forget(): void {
    // Nothing is kept.
  }

  standing(member: Member): number {
    return this.#value(member);
  }
}
