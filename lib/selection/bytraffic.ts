import type { Member } from '../cluster/member.ts';
import type { Selector } from './selector.ts';

/**
 * Apache's `bytraffic` (section 3.4): the fewest bytes sent and received per load factor, each divided by itself as whole numbers. A member that
 * joins starts at the traffic of the least loaded other one, where Apache would send it everything until it has caught up (vector bt-09).
 */
export class ByTraffic implements Selector {
  readonly method = 'bytraffic';
  /** Traffic that a member did not have, but starts with. */
  readonly #headStart = new WeakMap<Member, number>();

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

  charge(): void {
    // The bytes of a session's requests are counted like all others.
  }

  forget(member: Member): void {
    this.#headStart.delete(member);
  }

  standing(member: Member): number {
    return trafficOf(member) + (this.#headStart.get(member) ?? 0);
  }

  #admit(candidates: readonly Member[]): void {
    const newcomers = candidates.filter((member) => !this.#headStart.has(member));
    if (newcomers.length === 0) return;
    const known = candidates.filter((member) => this.#headStart.has(member));
    const least = known.length === 0 ? 0 : Math.min(...known.map((member) => this.standing(member)));
    for (const member of newcomers) this.#headStart.set(member, Math.max(0, least - trafficOf(member)));
  }
}

function trafficOf(member: Member): number {
  const { bytesSent, bytesReceived } = member.load;
  const factor = member.loadFactorHundredths;
  return Math.trunc(bytesSent / factor) + Math.trunc(bytesReceived / factor);
}
