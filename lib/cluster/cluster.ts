import { OptionsError } from '../errors.ts';
import { Member } from './member.ts';
import type { MemberOutcome } from './member-outcome.ts';
import type { MemberSettings } from './member-settings.ts';
import type { MemberStateChange } from './member-state.ts';

/** What holds for all members of a cluster. */
export interface ClusterOptions {
  /**
   * Most `init` that go to one member within any second, from 1. Pazpar2 repeats session numbers beyond 256.
   * Defaults to 200.
   */
  readonly initsPerSecond?: number;
}

/** Hears of every change of a member's state. */
export type MemberStateListener = (member: Member, change: MemberStateChange) => void;

/** Hears of every member: true when it joins, false when it is taken out. */
export type MembershipListener = (member: Member, present: boolean) => void;

/** Hears of every attempt at a member that is over. */
export type MemberOutcomeListener = (member: Member, outcome: MemberOutcome) => void;

/** A named group of members behind one mount path. */
export class Cluster {
  readonly name: string;
  #initsPerSecond: number | undefined;
  /** Replaced, never changed, so that who walks through it is not disturbed. */
  #members: readonly Member[] = [];
  readonly #byRoute = new Map<string, Member>();
  readonly #unsubscribe = new Map<Member, () => void>();
  readonly #listeners = new Set<MemberStateListener>();
  readonly #outcomeListeners = new Set<MemberOutcomeListener>();
  readonly #membershipListeners = new Set<MembershipListener>();
  #usable: readonly Member[] | undefined;
  #isPlain: boolean | undefined;

  /** @throws OptionsError if two members have the same route. */
  constructor(name: string, members: readonly MemberSettings[], options: ClusterOptions = {}) {
    this.name = name;
    this.#initsPerSecond = options.initsPerSecond;
    for (const settings of members) this.add(settings);
  }

  /** In the order of their declaration, which decides every tie. A new array after every change. */
  get members(): readonly Member[] {
    return this.#members;
  }

  byRoute(route: string): Member | undefined {
    return this.#byRoute.get(route);
  }

  /** Most `init` a second that go to one member, from 1; holds for all members and for those to come. */
  limitInits(perSecond: number): void {
    this.#initsPerSecond = perSecond;
    for (const member of this.#members) member.initRate.limit = perSecond;
  }

  /** Adds a member behind the others. @throws OptionsError if another one has its route. */
  add(settings: MemberSettings): Member {
    if (this.#byRoute.has(settings.route)) throw this.#duplicate(settings.route);
    const member = this.#admit(settings);
    this.#members = [...this.#members, member];
    this.#reportMembership(member, true);
    return member;
  }

  /** Takes a member out. Who still holds it may finish its requests; its changes are reported no more. */
  remove(route: string): Member | undefined {
    const member = this.#byRoute.get(route);
    if (member === undefined) return undefined;
    this.#members = this.#members.filter((other) => other !== member);
    this.#dismiss(member);
    this.#reportMembership(member, false);
    return member;
  }

  /** Puts another server into the place of the member of its route. Returns the member that is gone, undefined if there was none. */
  replace(settings: MemberSettings): Member | undefined {
    const before = this.#byRoute.get(settings.route);
    if (before === undefined) return undefined;
    this.#dismiss(before);
    const member = this.#admit(settings);
    this.#members = this.#members.map((other) => (other === before ? member : other));
    this.#reportMembership(before, false);
    this.#reportMembership(member, true);
    return before;
  }

  /** True where all members are ordinary ones of one set. Kept until a member changes its settings. */
  get isPlain(): boolean {
    const [first] = this.#members;
    this.#isPlain ??= this.#members.every(
      ({ settings }) => settings.role === 'ordinary' && settings.lbSet === first?.settings.lbSet,
    );
    return this.#isPlain;
  }

  /** Takes other settings of the member with their route, see `Member.reconfigure`. */
  reconfigure(member: Member, settings: MemberSettings): void {
    member.reconfigure(settings);
    this.#isPlain = undefined;
  }

  /** Members with nothing wrong, draining ones included (`MemberState.isUsable`). Kept until a state changes. */
  usableMembers(): readonly Member[] {
    this.#usable ??= this.#members.filter((member) => member.state.isUsable());
    return this.#usable;
  }

  /** Calls back after every change of a member's state. Returns a function that ends it. */
  onMemberState(listener: MemberStateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls back when a member joins or is taken out, after it happened. Returns a function that ends it. */
  onMembership(listener: MembershipListener): () => void {
    this.#membershipListeners.add(listener);
    return () => void this.#membershipListeners.delete(listener);
  }

  /** Calls back when an attempt at a member is over. Returns a function that ends it. */
  onOutcome(listener: MemberOutcomeListener): () => void {
    this.#outcomeListeners.add(listener);
    return () => void this.#outcomeListeners.delete(listener);
  }

  #admit(settings: MemberSettings): Member {
    const member = new Member(settings, this.#initsPerSecond);
    this.#byRoute.set(member.route, member);
    this.#usable = undefined;
    this.#isPlain = undefined;
    this.#subscribe(member);
    return member;
  }

  #dismiss(member: Member): void {
    this.#byRoute.delete(member.route);
    this.#usable = undefined;
    this.#isPlain = undefined;
    this.#unsubscribe.get(member)?.();
    this.#unsubscribe.delete(member);
  }

  #subscribe(member: Member): void {
    const endChanges = member.state.onChange((change) => {
      this.#usable = undefined;
      for (const listener of this.#listeners) listener(member, change);
    });
    const endOutcomes = member.onOutcome((outcome) => {
      for (const listener of this.#outcomeListeners) listener(member, outcome);
    });
    this.#unsubscribe.set(member, () => {
      endOutcomes();
      endChanges();
    });
  }

  #reportMembership(member: Member, present: boolean): void {
    for (const listener of this.#membershipListeners) listener(member, present);
  }

  #duplicate(route: string): OptionsError {
    const first = this.#members.findIndex((member) => member.route === route);
    return new OptionsError(`Cluster ${this.name}`, [
      {
        path: `members[${this.#members.length}].route`,
        value: JSON.stringify(route),
        message: `members[${first}] has this route already; give every member of a cluster a route of its own`,
      },
    ]);
  }
}
