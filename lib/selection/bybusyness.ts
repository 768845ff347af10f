import type { Member } from '../cluster/member.ts';
import { WeightedSelector } from './weighted-selector.ts';

/**
 * Apache's `bybusyness`: the fewest requests in flight; of equally busy members the one with the highest standing, so that the load
 * factor decides only among those (vector bb-02), and an idle cluster is served as by `byrequests` (bb-03).
 */
export class ByBusyness extends WeightedSelector {
  override readonly method = 'bybusyness';

  protected override isBetter(later: Member, earlier: Member): boolean {
    const difference = later.load.busy - earlier.load.busy;
    return difference < 0 || (difference === 0 && this.standings.of(later) > this.standings.of(earlier));
  }
}
