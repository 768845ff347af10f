import type { Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { MemberFigures } from './member-figures.ts';
import type { SelectionRequest, Selector } from './selector.ts';

/**
 * Apache's `heartbeat`: draws a member by the places that it says are free (`ready`), so that one that reports many gets more, but not all. Where
 * nobody has a free place, the one that says it is least `busy`; where nobody says anything, another method chooses.
 */
export class Heartbeat implements Selector {
  readonly method = 'heartbeat';
  readonly #figures: MemberFigures;
  readonly #random: Random;
  readonly #fallback: Selector;

  constructor(figures: MemberFigures, random: Random, fallback: Selector) {
    this.#figures = figures;
    this.#random = random;
    this.#fallback = fallback;
  }

  select(candidates: readonly Member[], request?: SelectionRequest): Member | undefined {
    return (
      this.#drawReady(candidates) ?? this.#leastBusy(candidates) ?? this.#fallback.select(candidates, request)
    );
  }

  charge(hit: Member, usable: readonly Member[]): void {
    this.#fallback.charge(hit, usable);
  }

  forget(member: Member): void {
    this.#fallback.forget(member);
  }

  /** Fewer free places are worse. */
  standing(member: Member): number {
    return -this.#ready(member);
  }

  #drawReady(candidates: readonly Member[]): Member | undefined {
    let left = this.#random.next() * candidates.reduce((sum, member) => sum + this.#ready(member), 0);
    return candidates.find((member) => {
      left -= this.#ready(member);
      return left < 0;
    });
  }

  #leastBusy(candidates: readonly Member[]): Member | undefined {
    let best: Member | undefined;
    let lowest = Infinity;
    for (const member of candidates) {
      const busy = this.#figures.pushed(member, 'busy') ?? Infinity;
      if (busy >= lowest) continue;
      best = member;
      lowest = busy;
    }
    return best;
  }

  #ready(member: Member): number {
    return Math.max(0, this.#figures.pushed(member, 'ready') ?? 0);
  }
}
