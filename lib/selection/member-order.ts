import type { Member } from '../cluster/member.ts';

interface Entry {
  readonly member: Member;
  value: number;
  /** Of equals, who had the earlier turn is first. */
  turn: number;
}

/**
 * Members in the order of a value that seldom changes: a binary heap (Williams 1964) that knows the place of each, so that finding the lowest
 * and changing one take time by the logarithm of their number.
 */
export class MemberOrder {
  readonly #heap: Entry[] = [];
  readonly #places = new Map<Member, number>();

  get size(): number {
    return this.#heap.length;
  }

  /** The member at a place from 0, in no order but that of the first; for drawing lots. */
  at(place: number): Member | undefined {
    return this.#heap[place]?.member;
  }

  set(member: Member, value: number, turn: number): void {
    const place = this.#places.get(member);
    const entry = place === undefined ? undefined : this.#heap[place];
    if (place === undefined || entry === undefined) {
      this.#put(this.#heap.length, { member, value, turn });
      this.#rise(this.#heap.length - 1);
      return;
    }
    entry.value = value;
    entry.turn = turn;
    this.#rise(place);
    this.#sink(this.#places.get(member) ?? place);
  }

  delete(member: Member): void {
    const place = this.#places.get(member);
    if (place === undefined) return;
    this.#places.delete(member);
    const last = this.#heap.pop();
    if (last === undefined || last.member === member) return;
    this.#put(place, last);
    this.#rise(place);
    this.#sink(this.#places.get(last.member) ?? place);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#places.clear();
  }

  /** The lowest member that is accepted. Who is not accepted costs one step more each. */
  first(accepts: (member: Member) => boolean): Member | undefined {
    const passedOver: Entry[] = [];
    let found: Member | undefined;
    for (let entry = this.#heap[0]; entry !== undefined; entry = this.#heap[0]) {
      if (accepts(entry.member)) {
        found = entry.member;
        break;
      }
      passedOver.push(entry);
      this.delete(entry.member);
    }
    for (const { member, value, turn } of passedOver) this.set(member, value, turn);
    return found;
  }

  #rise(place: number): void {
    const parent = (place - 1) >> 1;
    if (place === 0 || !this.#isBefore(place, parent)) return;
    this.#swap(place, parent);
    this.#rise(parent);
  }

  #sink(place: number): void {
    const left = 2 * place + 1;
    const child = this.#isBefore(left + 1, left) ? left + 1 : left;
    if (!this.#isBefore(child, place)) return;
    this.#swap(place, child);
    this.#sink(child);
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.value < b.value || (a.value === b.value && a.turn < b.turn);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#put(one, b);
    this.#put(other, a);
  }

  #put(place: number, entry: Entry): void {
    this.#heap[place] = entry;
    this.#places.set(entry.member, place);
  }
}
