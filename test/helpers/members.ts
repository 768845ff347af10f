import { Member } from '../../lib/cluster/member.ts';
import { memberSettings } from './member-settings.ts';

/** Members `pz1`, `pz2`, … with these load factors, with nothing against them. */
export function membersWith(loadFactors: readonly number[]): Member[] {
  return loadFactors.map((loadFactor, index) => new Member(memberSettings(`pz${index + 1}`, { loadFactor })));
}

/** Makes a member busy with so many requests, which never end. */
export function keepBusy(member: Member | undefined, requests: number): void {
  for (let request = 0; request < requests; request += 1) member?.load.begin();
}

/** How often each member was picked, in the order of the members. */
export function countPicks(members: readonly Member[], picks: readonly (Member | undefined)[]): number[] {
  return members.map((member) => picks.filter((pick) => pick === member).length);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
