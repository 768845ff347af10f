import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';

/**
 * Apache's `byrequests`, number for number (section 3.3): smooth weighted round robin. In each round every candidate
 * is credited its load factor, the richest wins (the earlier declared of equals) and pays all that was credited.
 * Who is no candidate keeps what it has, so nobody bursts when it returns (vector br-44).
 */
export class ByRequests implements Selector {
  readonly method = 'byrequests';
  readonly #accounts = new WeakMap<Member, Account>();

  select(candidates: readonly Member[]): Member | undefined {
    const total = this.#credit(candidates);
    let best: Member | undefined;
    let most = -Infinity;
    for (const member of candidates) {
      const { standing } = this.#account(member);
      if (standing <= most) continue;
      best = member;
      most = standing;
    }
    if (best !== undefined) this.#account(best).standing -= total;
    return best;
  }

  charge(hit: Member, usable: readonly Member[]): void {
    const total = this.#credit(usable);
    this.#account(hit).standing -= total;
  }

  forget(member: Member): void {
    this.#accounts.delete(member);
  }

  standing(member: Member): number {
    return this.#accounts.get(member)?.standing ?? 0;
  }

  #credit(members: readonly Member[]): number {
    let total = 0;
    for (const member of members) {
      this.#account(member).standing += member.loadFactorHundredths;
      total += member.loadFactorHundredths;
    }
    return total;
  }

  #account(member: Member): Account {
    const known = this.#accounts.get(member);
    if (known !== undefined) return known;
    const account: Account = { standing: 0 };
    this.#accounts.set(member, account);
    return account;
  }
}

interface Account {
  /** Hundredths of a load factor. */
  standing: number;
}
