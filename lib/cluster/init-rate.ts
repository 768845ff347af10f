/** Width of the window in milliseconds. */
const WINDOW = 1_000;

/**
 * Holds back `init`: at most `limit` of them within any 1,000 ms. Pazpar2 makes a session number of the second and eight
 * bits of a counter, so more than 256 `init` in one second give two users the same session.
 *
 * Times are monotonic milliseconds. Every call takes constant time.
 */
export class InitRate {
  /** Ring of the latest times. It never shrinks, so that a limit lowered and raised again forgets nothing. */
  #times: Float64Array;
  #next = 0;
  #filled = 0;
  #limit: number;

  /** @throws RangeError unless `limit` is a whole number from 1. */
  constructor(limit: number) {
    this.#limit = checkedLimit(limit);
    this.#times = new Float64Array(limit);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Counts what was taken before against the new limit. @throws RangeError unless it is a whole number from 1. */
  set limit(limit: number) {
    this.#limit = checkedLimit(limit);
    if (limit > this.#times.length) this.#grow(limit);
  }

  /** True if one more `init` may go out now. */
  admits(now: number): boolean {
    return this.#wait(now) <= 0;
  }

  /** Books an `init` that goes out now. */
  take(now: number): void {
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
    this.#filled = Math.min(this.#filled + 1, this.#times.length);
  }

  /** Whole milliseconds until one more is admitted, 0 for now. */
  nextAt(now: number): number {
    return Math.max(0, Math.ceil(this.#wait(now)));
  }

  #wait(now: number): number {
    if (this.#filled < this.#limit) return 0;
    const length = this.#times.length;
    const oldest = this.#times[(this.#next - this.#limit + length) % length] ?? -Infinity;
    return WINDOW - (now - oldest);
  }

  #grow(length: number): void {
    const times = new Float64Array(length);
    const first = this.#next - this.#filled + this.#times.length;
    for (let index = 0; index < this.#filled; index += 1) {
      times[index] = this.#times[(first + index) % this.#times.length] ?? -Infinity;
    }
    this.#times = times;
    this.#next = this.#filled;
  }
}

function checkedLimit(limit: number): number {
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new RangeError(`The limit of init a second must be a whole number from 1, not ${limit}`);
}
