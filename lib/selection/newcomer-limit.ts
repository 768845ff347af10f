import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { Attendance } from './attendance.ts';
import type { SelectionRequest, Selector } from './selector.ts';

/** How much more than its share of the new sessions a newcomer gets in the long run. */
const MOST = 1.1;

/** Sessions that it may get at once: so few are no burst. */
const AT_ONCE = 10;

/** Milliseconds for which a member is a newcomer: about as long as a session lives. */
const NEW_FOR = 5 * 60_000;

interface Newcomer {
  readonly since: number;
  /** Sessions that its share amounts to since it came, and those that it got. */
  due: number;
  elected: number;
}

/**
 * Keeps a method from pouring everything into a member that joined or came back. Such a member has no sessions and no load, so any method
 * that goes by these would choose nobody else until it has caught up, and each new session is work at once. With this it catches up as
 * the sessions of the others end. A share that grows with `slowStart` grows here as well, for methods that do not go by load factors too.
 */
export class NewcomerLimit implements Selector {
  readonly method: string;
  readonly #limited: Selector;
  readonly #clock: Clock;
  readonly #shareOf: (member: Member) => number;
  readonly #attendance = new Attendance();
  readonly #newcomers = new Map<Member, Newcomer>();

  /** @param shareOf a member's share under the limited method, compared with the others. Defaults to its load factor. */
  constructor(limited: Selector, clock: Clock, shareOf: (member: Member) => number = loadFactor) {
    this.method = limited.method;
    this.#limited = limited;
    this.#clock = clock;
    this.#shareOf = shareOf;
  }

  select(candidates: readonly Member[], request?: SelectionRequest): Member | undefined {
    this.#welcome(candidates);
    const member = this.#limited.select(this.#withinShare(candidates), request);
    const newcomer = member === undefined ? undefined : this.#newcomers.get(member);
    if (newcomer !== undefined) newcomer.elected += 1;
    return member;
  }

  charge(hit: Member, usable: readonly Member[]): void {
    this.#limited.charge(hit, usable);
  }

  forget(member: Member): void {
    this.#newcomers.delete(member);
    this.#limited.forget(member);
  }

  standing(member: Member): number {
    return this.#limited.standing(member);
  }

  #welcome(candidates: readonly Member[]): void {
    const now = this.#clock.monotonic();
    for (const [member, { since }] of this.#newcomers) {
      if (now - since >= NEW_FOR && member.share === 1) this.#newcomers.delete(member);
    }
    for (const member of this.#attendance.note(candidates)) {
      this.#newcomers.set(member, { since: now, due: 0, elected: 0 });
    }
  }

  /** Where all have more than their share, all may be chosen. */
  #withinShare(candidates: readonly Member[]): readonly Member[] {
    if (this.#newcomers.size === 0) return candidates;
    const total = candidates.reduce((sum, member) => sum + this.#shareOf(member), 0);
    const within = candidates.filter((member) => {
      const newcomer = this.#newcomers.get(member);
      if (newcomer === undefined) return true;
      newcomer.due += this.#shareOf(member) / total;
      return newcomer.elected < MOST * newcomer.due + AT_ONCE;
    });
    return within.length > 0 ? within : candidates;
  }
}

function loadFactor(member: Member): number {
  return member.loadFactorHundredths;
}
