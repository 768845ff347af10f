/** An item of a list, which knows its neighbours there. Only the list sets them. */
export interface Linked<Item> {
  before: Item | undefined;
  after: Item | undefined;
}

/** Items in the order in which they were appended, each in one list at most. Every call takes constant time. */
export class LinkedList<Item extends Linked<Item>> implements Iterable<Item> {
  #first: Item | undefined;
  #last: Item | undefined;

  get first(): Item | undefined {
    return this.#first;
  }

  get last(): Item | undefined {
    return this.#last;
  }

  append(item: Item): void {
    item.before = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
  }

  /** Harmless for an item that is in no list. */
  remove(item: Item): void {
    const { before, after } = item;
    if (before === undefined && this.#first !== item) return;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // Else an item that was removed, but not yet collected by V8, would keep all that came after it.
    item.before = undefined;
    item.after = undefined;
  }

  /** The item at hand may be removed meanwhile. */
  *[Symbol.iterator](): IterableIterator<Item> {
    let item = this.#first;
    while (item !== undefined) {
      const { after } = item;
      yield item;
      item = after;
    }
  }
}
