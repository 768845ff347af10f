import type { Member } from '../cluster/member.ts';
import { WeightedSelector } from './weighted-selector.ts';

/** Apache's `byrequests`, number for number: the one with the highest standing. Factors 5, 1, 1 give 1 1 2 1 3 1 1. */
export class ByRequests extends WeightedSelector {
  override readonly method = 'byrequests';

  protected override isBetter(later: Member, earlier: Member): boolean {
    return this.standings.of(later) > this.standings.of(earlier);
  }
}
