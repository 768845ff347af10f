import type { Clock, Timer } from '../../lib/clock.ts';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A clock for long simulations: it jumps from one timer to the next, and finds that in little time however many there are. */
export class VirtualTime implements Clock {
  #time = 0;
  #order = 0;
  /** A binary heap, the earliest first. */
  readonly #heap: Due[] = [];

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  setTimeout(callback: () => void, delay: number): Timer {
    let due = this.#add(callback, delay);
    return {
      cancel: () => void (due.cancelled = true),
      refresh: () => {
        if (due.cancelled || due.at < this.#time) return;
        due.cancelled = true;
        due = this.#add(callback, delay);
      },
    };
  }

  /** Lets everything happen up to a moment. */
  runUntil(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#removeFirst();
      if (next.cancelled) continue;
      this.#time = next.at;
      next.callback();
    }
    this.#time = end;
  }

  #add(callback: () => void, delay: number): Due {
    const due: Due = { at: this.#time + delay, order: (this.#order += 1), callback, cancelled: false };
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
    return due;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const parent = (index - 1) >> 1;
    if (index === 0 || !this.#isBefore(index, parent)) return;
    this.#swap(index, parent);
    this.#rise(parent);
  }

  #sink(index: number): void {
    const left = 2 * index + 1;
    const right = left + 1;
    const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
    if (child >= this.#heap.length || !this.#isBefore(child, index)) return;
    this.#swap(index, child);
    this.#sink(child);
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
