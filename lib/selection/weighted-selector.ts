import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';
import { Standings } from './standings.ts';

/** What the methods share that keep Apache's books: who is chosen and who is hit by a session pay what all were credited. */
export abstract class WeightedSelector implements Selector {
  abstract readonly method: string;
  protected readonly standings: Standings = new Standings();

  select(candidates: readonly Member[]): Member | undefined {
    const total = this.standings.credit(candidates);
    let best: Member | undefined;
    for (const member of candidates) {
      if (best === undefined || this.isBetter(member, best)) best = member;
    }
    if (best !== undefined) this.standings.pay(best, total);
    return best;
  }

  charge(hit: Member, usable: readonly Member[]): void {
    this.standings.pay(hit, this.standings.credit(usable));
  }

  forget(member: Member): void {
    this.standings.forget(member);
  }

  standing(member: Member): number {
    return this.standings.of(member);
  }

  /** True only if the later one is strictly better: ties go to the earlier. */
  protected abstract isBetter(later: Member, earlier: Member): boolean;
}
