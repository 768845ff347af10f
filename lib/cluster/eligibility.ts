import type { Member } from './member.ts';

/** What an election knows beside the states of the members. */
export interface Eligibility {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Members that this request has tried. */
  readonly except: ReadonlySet<Member>;
  /** True if the member can take one more session or request now. */
  readonly hasRoom: (member: Member) => boolean;
}

/**
 * The one filter that says which members may take a new session now, in the order given.
 *
 * A resting member is passed over, unless all that could take sessions rest: then trying is better than refusing
 * (Apache's forced recovery, section 5.4). Only members that could take sessions count for this: in Apache a disabled,
 * draining or failed one blocks it (vectors fd-79 and fd-80).
 */
export function eligible(members: readonly Member[], { now, except, hasRoom }: Eligibility): Member[] {
  const willing = takingSessions(members);
  const awake = willing.filter((member) => !member.state.isResting(now));
  const competing = awake.length > 0 ? awake : willing;
  return competing.filter((member) => !except.has(member) && hasRoom(member));
}

/**
 * Members that take sessions by their state. If every enabled member is down, the probes are rather wrong than
 * all members dead, so their verdict is not heeded (Apache tries nothing then: vector hc-11).
 */
function takingSessions(members: readonly Member[]): Member[] {
  const enabled = members.filter((member) => member.state.administrative === 'enabled');
  const allDown = enabled.every((member) => member.state.health === 'down');
  return enabled.filter(
    (member) => member.state.takesSessions() || (allDown && member.state.freshness === 'in'),
  );
}
