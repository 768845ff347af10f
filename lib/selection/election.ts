import type { Cluster } from '../cluster/cluster.ts';
import { type Eligibility, eligible } from '../cluster/eligibility.ts';
import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';

/** Chooses the member for a new session and books the choice. Undefined if no member may take one now. */
export function elect(cluster: Cluster, selector: Selector, eligibility: Eligibility): Member | undefined {
  for (const member of cluster.members) member.state.expireRest(eligibility.now);
  const member = selector.select(eligible(cluster.members, eligibility));
  member?.load.countElected();
  return member;
}

/**
 * Books a request that goes to the member of its session (section 4.5). A member that serves its sessions while it is
 * down, out or resting stays as it stands in the books, as all unusable members do: else it would come back in debt.
 */
export function chargeSessionHit(cluster: Cluster, selector: Selector, member: Member): void {
  member.load.countElected();
  if (member.state.isUsable()) selector.charge(member, cluster.usableMembers());
}
