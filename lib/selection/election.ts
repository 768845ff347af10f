import type { Cluster } from '../cluster/cluster.ts';
import { type Eligibility, eligible } from '../cluster/eligibility.ts';
import type { Member } from '../cluster/member.ts';
import type { SelectionRequest, Selector } from './selector.ts';

/** What an election is about. */
export interface Election extends Eligibility {
  readonly request?: SelectionRequest;
  /** Who gets it if it is eligible, whatever the method would say. */
  readonly preferred?: Member | undefined;
  /** Milliseconds over which a member that joins or recovers comes to its full share. Defaults to 0. */
  readonly slowStart?: number;
}

/** Chooses the member for a new session and books the choice. Undefined if no member may take one now. */
export function elect(cluster: Cluster, selector: Selector, election: Election): Member | undefined {
  const member = pickQuickly(cluster, selector, election) ?? selectAmongAll(cluster, selector, election);
  member?.load.countElected();
  return member;
}

/** Looks at those only whom the method names first. */
function pickQuickly(cluster: Cluster, selector: Selector, election: Election): Member | undefined {
  const { now, except, hasRoom, preferred } = election;
  if (selector.pick === undefined || !cluster.isPlain || preferred !== undefined) return undefined;
  return selector.pick(cluster.members, (member) => {
    member.state.expireRest(now);
    return (
      member.state.takesSessions() && !member.state.isResting(now) && !except.has(member) && hasRoom(member)
    );
  });
}

function selectAmongAll(cluster: Cluster, selector: Selector, election: Election): Member | undefined {
  for (const member of cluster.members) {
    member.state.expireRest(election.now);
    member.warmUp(election.now, election.slowStart ?? 0);
  }
  const candidates = eligible(cluster.members, election);
  const { preferred } = election;
  if (preferred === undefined || !candidates.includes(preferred)) {
    return selector.select(candidates, election.request);
  }
  selector.charge(preferred, candidates);
  return preferred;
}

/**
 * Books a request that goes to the member of its session. A member that serves its sessions while it is
 * down, out or resting stays as it stands in the books, as all unusable members do: else it would come back in debt.
 */
export function chargeSessionHit(cluster: Cluster, selector: Selector, member: Member): void {
  member.load.countElected();
  if (member.state.isUsable()) selector.charge(member, cluster.usableMembers());
}
