import type { Member } from '../cluster/member.ts';

/** What a method may know of the request that it chooses for. */
export interface SelectionRequest {
  /** What requests that belong together have in common, for `hash`; empty where there is nothing. */
  readonly key: string;
}

/** A method of choosing a member, with its own books. */
export interface Selector {
  /** Name of the method as configured. */
  readonly method: string;
  /**
   * Chooses one of the candidates and books the choice. Undefined if there is none. Candidates come in the order that decides ties: ordinary
   * members as declared, then the spares that stand in.
   */
  select(candidates: readonly Member[], request?: SelectionRequest): Member | undefined;
  /**
   * Books a request that goes to the member of its session, because it is load just the same (vectors
   * br-39 to br-43). `usable` are all members that could be charged, draining ones included.
   */
  charge(hit: Member, usable: readonly Member[]): void;
  /**
   * Chooses among all members of a cluster in time that hardly grows with their number, and books the choice. Only for clusters without sets, spares
   * and standbys. Undefined where the method cannot, or finds nobody: then `select` decides.
   */
  pick?(members: readonly Member[], accepts: (member: Member) => boolean): Member | undefined;
  /** The state of the member has changed. */
  refresh?(member: Member): void;
  /** The member's server has pushed figures. */
  updated?(member: Member): void;
  /** Drops what is booked for a member that was removed. */
  forget(member: Member): void;
  /** How the member stands in the books (Apache's lbstatus), for snapshots and tests. */
  standing(member: Member): number;
}
