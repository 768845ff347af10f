import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';

/**
 * Apache's `bytraffic` (section 3.4): the fewest bytes sent and received per load factor, each divided by itself as whole numbers. A member that joins
 * or comes back starts at the traffic of the least loaded other one, where Apache would send it everything until it has caught up (D23, vector bt-09).
 */
export class ByTraffic implements Selector {
  readonly method = 'bytraffic';
  readonly #accounts = new WeakMap<Member, Account>();
  /** Who took part in the last choice. */
  #present: ReadonlySet<Member> = new Set();

  select(candidates: readonly Member[]): Member | undefined {
    this.#admit(candidates);
    let best: Member | undefined;
    let lowest = Infinity;
    for (const member of candidates) {
      const traffic = this.standing(member);
      if (traffic >= lowest) continue;
      best = member;
      lowest = traffic;
    }
    return best;
  }

  charge(_hit: Member, usable: readonly Member[]): void {
    // The bytes of a session's requests are counted like all others, from the first on.
    for (const member of usable) this.#account(member);
  }

  forget(member: Member): void {
    this.#accounts.delete(member);
  }

  standing(member: Member): number {
    const { sentBefore, receivedBefore, headStart } = this.#account(member);
    const { bytesSent, bytesReceived } = member.load;
    const factor = member.loadFactorHundredths;
    return (
      Math.trunc((bytesSent - sentBefore) / factor) +
      Math.trunc((bytesReceived - receivedBefore) / factor) +
      headStart
    );
  }

  #admit(candidates: readonly Member[]): void {
    const present = candidates.filter((member) => this.#present.has(member));
    if (present.length > 0) {
      const least = Math.min(...present.map((member) => this.standing(member)));
      for (const member of candidates) {
        if (!this.#present.has(member)) this.#raise(member, least);
      }
    }
    this.#present = new Set(candidates);
  }

  #raise(member: Member, least: number): void {
    const lacking = least - this.standing(member);
    if (lacking > 0) this.#account(member).headStart += lacking;
  }

  #account(member: Member): Account {
    const known = this.#accounts.get(member);
    if (known !== undefined) return known;
    const { bytesSent, bytesReceived } = member.load;
    const account = { sentBefore: bytesSent, receivedBefore: bytesReceived, headStart: 0 };
    this.#accounts.set(member, account);
    return account;
  }
}

interface Account {
  /** What had been sent and received when the member was first met, which does not count. */
  readonly sentBefore: number;
  readonly receivedBefore: number;
  /** Traffic that the member did not have, but starts with. */
  headStart: number;
}
