/** Lets so many run at a time; the others begin in the order in which they came. */
export class Slots {
  readonly #limit: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls back as soon as a slot is free, perhaps at once. Whoever was called gives it back by `leave`. */
  enter(begin: () => void): void {
    this.#waiting.add(begin);
    this.#fill();
  }

  /** Takes back an `enter` that was not called yet; harmless otherwise. */
  cancel(begin: () => void): void {
    this.#waiting.delete(begin);
  }

  leave(): void {
    this.#taken -= 1;
    this.#fill();
  }

  #fill(): void {
    for (const begin of this.#waiting) {
      if (this.#taken >= this.#limit) return;
      this.#waiting.delete(begin);
      this.#taken += 1;
      begin();
    }
  }
}
