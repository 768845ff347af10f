/** Names that one server may push: far more than anybody compares by, few enough to be kept for thousands of servers. */
export const MOST_FIGURES = 100;

/** A number that a server pushed. */
export interface Figure {
  readonly value: number;
  /** When it arrived, in monotonic milliseconds. */
  readonly at: number;
}

/** What one server says of itself: the latest number under each name. Members of several clusters that are one server share one. */
export class Figures {
  readonly #byName = new Map<string, Figure>();
  #updatedAt: number | undefined;

  /** When the server was last heard of, in monotonic milliseconds; undefined before the first time. */
  get updatedAt(): number | undefined {
    return this.#updatedAt;
  }

  get(name: string): Figure | undefined {
    return this.#byName.get(name);
  }

  /** All of them by name, in the order in which the names first came. */
  entries(): Iterable<readonly [string, Figure]> {
    return this.#byName;
  }

  /** True if these names fit in beside those that are known. */
  hasRoomFor(names: Iterable<string>): boolean {
    const all = new Set([...this.#byName.keys(), ...names]);
    return all.size <= MOST_FIGURES;
  }

  /** Takes what arrived now; figures that are not among it keep their value and grow old. */
  update(values: Iterable<readonly [string, number]>, now: number): void {
    this.#updatedAt = Math.max(now, this.#updatedAt ?? now);
    for (const [name, value] of values) this.#byName.set(name, { value, at: now });
  }
}
