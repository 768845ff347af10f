import type { Random } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { Formula } from './formula.ts';
import type { MemberFigures } from './member-figures.ts';
import { MemberOrder } from './member-order.ts';
import type { SelectionRequest, Selector } from './selector.ts';

/** What a method by figures is made of. */
export interface ByFiguresParts {
  /** Name of the method as configured. */
  readonly method: string;
  /** What is compared: the lowest value is chosen. */
  readonly formula: Formula;
  readonly figures: MemberFigures;
  /** Compares only two members that are drawn, so that not everybody rushes to the one that reported low. */
  readonly drawsTwo: boolean;
  /** Chooses where no candidate has a value. */
  readonly fallback: Selector;
  readonly random: Random;
}

/** Draws that may meet somebody who cannot be used before all are looked at. */
const MOST_DRAWS = 8;

/**
 * Goes by what servers push: the lowest value of a formula over their figures. Exact: load factors and warming up do not count, and between two
 * updates all goes to the lowest, unless the formula takes a count of the balancer's own too. Equals take turns. A member without
 * a value, because a figure was never pushed or is too old, comes behind all that have one.
 */
export class ByFigures implements Selector {
  readonly method: string;
  readonly #parts: ByFiguresParts;
  /** Values change with updates only, so members can be kept in their order. */
  readonly #isKeptInOrder: boolean;
  readonly #order = new MemberOrder();
  readonly #turns = new WeakMap<Member, number>();
  #ordered: readonly Member[] | undefined;
  #turn = 0;

  constructor(parts: ByFiguresParts) {
    const { formula, figures } = parts;
    this.method = parts.method;
    this.#parts = parts;
    this.#isKeptInOrder = !formula.names.some((name) => figures.isOwnCount(name));
  }

  select(candidates: readonly Member[], request?: SelectionRequest): Member | undefined {
    const known = candidates.filter((member) => this.#value(member) !== undefined);
    if (known.length === 0) return this.#parts.fallback.select(candidates, request);
    const member = this.#lowest(this.#parts.drawsTwo ? this.#drawTwo(known) : known);
    if (member !== undefined) this.#book(member);
    return member;
  }

  pick(members: readonly Member[], accepts: (member: Member) => boolean): Member | undefined {
    if (!this.#isKeptInOrder) return undefined;
    if (members !== this.#ordered) this.#orderAnew(members);
    const isCurrent = (member: Member): boolean => this.#value(member) !== undefined && accepts(member);
    const member = this.#parts.drawsTwo
      ? this.#lowest(this.#drawTwoOf(isCurrent))
      : this.#order.first(isCurrent);
    if (member !== undefined) this.#book(member);
    return member;
  }

  refresh(member: Member): void {
    if (!this.#isKeptInOrder || this.#ordered === undefined) return;
    const value = member.state.takesSessions() ? this.#value(member) : undefined;
    if (value === undefined) this.#order.delete(member);
    else this.#order.set(member, value, this.#turns.get(member) ?? 0);
  }

  updated(member: Member): void {
    const { figures, formula } = this.#parts;
    figures.updated(member, formula.names);
    this.refresh(member);
  }

  charge(hit: Member, usable: readonly Member[]): void {
    this.#parts.fallback.charge(hit, usable);
  }

  forget(member: Member): void {
    this.#order.delete(member);
    this.#parts.fallback.forget(member);
  }

  standing(member: Member): number {
    return this.#value(member) ?? Infinity;
  }

  #value(member: Member): number | undefined {
    const { formula, figures } = this.#parts;
    return formula.value((name) => figures.of(member, name));
  }

  #book(member: Member): void {
    this.#turns.set(member, (this.#turn += 1));
    this.#parts.figures.chosen(member);
    this.refresh(member);
  }

  #orderAnew(members: readonly Member[]): void {
    this.#ordered = members;
    this.#order.clear();
    for (const member of members) this.refresh(member);
  }

  #lowest(members: readonly Member[]): Member | undefined {
    let best: Member | undefined;
    for (const member of members) {
      if (best === undefined || this.#isBefore(member, best)) best = member;
    }
    return best;
  }

  #isBefore(later: Member, earlier: Member): boolean {
    const difference = this.standing(later) - this.standing(earlier);
    const turns = (this.#turns.get(later) ?? 0) - (this.#turns.get(earlier) ?? 0);
    return difference < 0 || (difference === 0 && turns < 0);
  }

  #drawTwo(members: readonly Member[]): Member[] {
    const first = this.#draw(members.length);
    const second = (first + 1 + this.#draw(members.length - 1)) % members.length;
    return [members[first], members[second]].filter((member) => member !== undefined);
  }

  /** Draws among all until two can be used. Fewer where the lots are against it; nobody is left to the slow way. */
  #drawTwoOf(accepts: (member: Member) => boolean): Member[] {
    const drawn = new Set<Member>();
    for (let draw = 0; draw < MOST_DRAWS && drawn.size < 2; draw += 1) {
      const member = this.#order.at(this.#draw(this.#order.size));
      if (member !== undefined && accepts(member)) drawn.add(member);
    }
    return [...drawn];
  }

  #draw(count: number): number {
    return Math.floor(this.#parts.random.next() * count);
  }
}
