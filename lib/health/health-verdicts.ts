import type { HealthState } from '../cluster/member-state.ts';
import type { Member } from '../cluster/member.ts';

/** Who has a say in a member's health. */
export type HealthSource = 'probes' | 'outliers';

/** The only writer of the members' health: a member is up while nobody speaks against it. */
export class HealthVerdicts {
  readonly #objections = new WeakMap<Member, Map<HealthSource, string>>();

  /** @param reason why, in words for operators */
  say(member: Member, source: HealthSource, health: HealthState, reason: string): void {
    const objections = this.#objectionsTo(member);
    if (health === 'down') objections.set(source, reason);
    else objections.delete(source);
    const against = [...objections.values()].join('; ');
    if (against === '') member.state.setHealth('up', reason);
    else member.state.setHealth('down', against);
  }

  #objectionsTo(member: Member): Map<HealthSource, string> {
    const known = this.#objections.get(member);
    if (known !== undefined) return known;
    const objections = new Map<HealthSource, string>();
    this.#objections.set(member, objections);
    return objections;
  }
}
