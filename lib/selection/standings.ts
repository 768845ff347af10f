import type { Member } from '../cluster/member.ts';

interface Account {
  /** Hundredths of a load factor. */
  standing: number;
}

/**
 * Books of smooth weighted round robin (Apache's lbstatus, section 3.3): in each round every candidate is credited its load factor, and
 * the one that is chosen pays all that was credited. Who is no candidate keeps what it has, so nobody bursts when it returns (vector br-44).
 */
export class Standings {
  readonly #accounts = new WeakMap<Member, Account>();

  /** Credits the members their load factors. @returns what was credited in all */
  credit(members: readonly Member[]): number {
    let total = 0;
    for (const member of members) {
      this.#account(member).standing += member.loadFactorHundredths;
      total += member.loadFactorHundredths;
    }
    return total;
  }

  pay(member: Member, total: number): void {
    this.#account(member).standing -= total;
  }

  of(member: Member): number {
    return this.#accounts.get(member)?.standing ?? 0;
  }

  forget(member: Member): void {
    this.#accounts.delete(member);
  }

  #account(member: Member): Account {
    const known = this.#accounts.get(member);
    if (known !== undefined) return known;
    const account: Account = { standing: 0 };
    this.#accounts.set(member, account);
    return account;
  }
}
