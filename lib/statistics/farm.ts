import type { Cluster } from '../cluster/cluster.ts';
import type { AdministrativeState } from '../cluster/member-settings.ts';
import type { Member } from '../cluster/member.ts';
import type { FarmState } from './farm-state.ts';

/** A cluster as the engine sees it. */
export interface Farm {
  readonly name: string;
  readonly cluster: Cluster;
  readonly state: FarmState;
  /** What `s=off` makes of a member: `draining` where its sessions must go on. */
  readonly offState: Extract<AdministrativeState, 'draining' | 'disabled'>;
  /** The alternative URL of the farm now. */
  readonly forward: string | undefined;
  setState(member: Member, state: AdministrativeState, reason: string): void;
  /** Finds the member of a session while that serves it; else elects one for new work and books the choice. Undefined when there is none. */
  choose(session: string | undefined): Member | undefined;
  /** The alternative URL of a session's own member, when that does not serve its sessions. */
  forwardOf(session: string | undefined): string | undefined;
  /** Live sessions of a member, as far as seen from here. */
  countSessions(member: Member): number;
  /** The member was heard of, so many milliseconds ago: its figures changed, or it lives. */
  updated(member: Member, age: number): void;
}
