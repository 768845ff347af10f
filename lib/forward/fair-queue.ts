/**
 * A queue that serves clients in turn: who waits with a hundred requests delays another's first one by a single one. Within a
 * client the order is that of arrival.
 */
export class FairQueue<Item> {
  readonly #byClient = new Map<string, Set<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(client: string, item: Item): void {
    const items = this.#byClient.get(client);
    if (items === undefined) this.#byClient.set(client, new Set([item]));
    else items.add(item);
    this.#size++;
  }

  /** Whose turn it is, without taking it. */
  first(): Item | undefined {
    for (const items of this.#byClient.values()) {
      for (const item of items) return item;
    }
    return undefined;
  }

  /** Takes the first one; the other requests of its client go behind those of all others. */
  shift(): Item | undefined {
    for (const [client, items] of this.#byClient) {
      for (const item of items) {
        this.#byClient.delete(client);
        items.delete(item);
        this.#size--;
        if (items.size > 0) this.#byClient.set(client, items);
        return item;
      }
    }
    return undefined;
  }

  /** Takes one out of turn. Harmless when it is not there. */
  remove(client: string, item: Item): void {
    const items = this.#byClient.get(client);
    if (items === undefined || !items.delete(item)) return;
    this.#size--;
    if (items.size === 0) this.#byClient.delete(client);
  }
}
