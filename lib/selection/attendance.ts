import type { Member } from '../cluster/member.ts';

/** Choices that a member may miss before its return counts as an arrival: it may have been full, or tried before. */
const MISSED = 10;

/** Remembers who took part in the latest choices, and so tells who joins or comes back. */
export class Attendance {
  readonly #lastSeen = new WeakMap<Member, number>();
  #choices = 0;

  /**
   * Notes who takes part in one more choice.
   *
   * @returns those that are new or were away; nobody at the first choice, where all are new
   */
  note(candidates: readonly Member[]): Member[] {
    this.#choices += 1;
    const arrivals = this.#choices === 1 ? [] : candidates.filter((member) => this.#wasAway(member));
    for (const member of candidates) this.#lastSeen.set(member, this.#choices);
    return arrivals;
  }

  #wasAway(member: Member): boolean {
    const lastSeen = this.#lastSeen.get(member);
    return lastSeen === undefined || this.#choices - lastSeen > MISSED;
  }
}
