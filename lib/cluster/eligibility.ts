import type { Member } from './member.ts';

/** What an election knows beside the states of the members. */
export interface Eligibility {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** Members that this request has tried. */
  readonly except: ReadonlySet<Member>;
  /** Whether resting members are tried when all rest. Defaults to true. */
  readonly forceRecovery?: boolean;
  /** True if the member can take one more session or request now. */
  readonly hasRoom: (member: Member) => boolean;
}

/**
 * The one filter that says which members may take a new session now, in the order that decides ties.
 *
 * Sets are asked in the order of their numbers, the first with somebody to offer decides: its ordinary members and, for each
 * of them that is missing, one spare; where that gives nobody, its standbys. So a spare without anybody to stand in for never serves (vector
 * br-36), and a standby comes before the next set (br-26). Unlike in Apache a set whose members are full gives way to the next.
 *
 * A resting member is passed over, unless all that could take sessions rest: then trying is better than refusing
 * (Apache's forced recovery). Only members that could take sessions count for this: in Apache a disabled,
 * draining or failed one blocks it (vectors fd-79, fd-80).
 */
export function eligible(members: readonly Member[], eligibility: Eligibility): Member[] {
  const usable = usableNow(members, eligibility);
  for (const lbSet of lbSetsOf(members)) {
    const set = members.filter((member) => member.settings.lbSet === lbSet);
    const candidates = candidatesOf(set, usable);
    if (candidates.length > 0) return candidates;
  }
  return [];
}

function candidatesOf(set: readonly Member[], usable: ReadonlySet<Member>): Member[] {
  const inRole = (role: string): Member[] => set.filter((member) => member.settings.role === role);
  const ordinary = inRole('ordinary');
  const present = ordinary.filter((member) => usable.has(member));
  const spares = inRole('spare').filter((member) => usable.has(member));
  const first = [...present, ...spares.slice(0, ordinary.length - present.length)];
  return first.length > 0 ? first : inRole('standby').filter((member) => usable.has(member));
}

function usableNow(
  members: readonly Member[],
  { now, except, hasRoom, forceRecovery = true }: Eligibility,
): ReadonlySet<Member> {
  const willing = takingSessions(members);
  const awake = willing.filter((member) => !member.state.isResting(now));
  const competing = awake.length > 0 || !forceRecovery ? awake : willing;
  return new Set(competing.filter((member) => !except.has(member) && hasRoom(member)));
}

function lbSetsOf(members: readonly Member[]): number[] {
  return [...new Set(members.map((member) => member.settings.lbSet))].sort((a, b) => a - b);
}

/**
 * Members that take sessions by their state. If every enabled member is down, the probes are rather wrong than
 * all members dead, so their verdict is not heeded (Apache tries nothing then). What an operator says is never wrong.
 */
function takingSessions(members: readonly Member[]): Member[] {
  const enabled = inUse(members);
  const allDown = enabled.every((member) => member.state.health === 'down');
  return enabled.filter(
    (member) => member.state.takesSessions() || (allDown && member.state.freshness === 'in'),
  );
}

/** True while health is not heeded, because every member that is in use is down. */
export function isPanicking(members: readonly Member[]): boolean {
  const enabled = inUse(members);
  return enabled.length > 0 && enabled.every(({ state }) => state.health === 'down');
}

/** Members that no operator has taken out. */
function inUse(members: readonly Member[]): Member[] {
  return members.filter(
    ({ state }) =>
      state.administrative === 'enabled' && !(state.isHealthOverridden && state.health === 'down'),
  );
}
