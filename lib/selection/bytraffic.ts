import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { Attendance } from './attendance.ts';
import type { Selector } from './selector.ts';

/** Milliseconds after which traffic counts half. */
const HALF_LIFE = 20_000;

/**
 * Apache's `bytraffic`: the fewest bytes sent and received per load factor, each divided by itself as whole numbers. Unlike Apache's
 * its books forget: old traffic counts less and less, or sessions would be sent to and fro to make up for what
 * is long past. A member that joins or comes back starts at the traffic of the least loaded other one.
 */
export class ByTraffic implements Selector {
  readonly method = 'bytraffic';
  readonly #clock: Clock;
  readonly #accounts = new Map<Member, Account>();
  readonly #attendance = new Attendance();
  #halvedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  select(candidates: readonly Member[]): Member | undefined {
    this.#forgetByHalves();
    this.#raise(this.#attendance.note(candidates), candidates);
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

  #forgetByHalves(): void {
    const now = this.#clock.monotonic();
    this.#halvedAt ??= now;
    for (; now - this.#halvedAt >= HALF_LIFE; this.#halvedAt += HALF_LIFE) {
      for (const [member, account] of this.#accounts) halve(account, member);
    }
  }

  #raise(arrivals: readonly Member[], candidates: readonly Member[]): void {
    const present = candidates.filter((member) => !arrivals.includes(member));
    if (arrivals.length === 0 || present.length === 0) return;
    const least = Math.min(...present.map((member) => this.standing(member)));
    for (const member of arrivals) {
      this.#account(member).headStart += Math.max(0, least - this.standing(member));
    }
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
  /** What had been sent and received when the member was first met, and what is forgotten since: it does not count. */
  sentBefore: number;
  receivedBefore: number;
  /** Traffic that the member did not have, but starts with. */
  headStart: number;
}

function halve(account: Account, { load }: Member): void {
  account.sentBefore += (load.bytesSent - account.sentBefore) / 2;
  account.receivedBefore += (load.bytesReceived - account.receivedBefore) / 2;
  account.headStart /= 2;
}
