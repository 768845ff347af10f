/**
 * A running mean of latencies that forgets by time and jumps to every peak at once, so that a member that hangs is seen with its first slow answer and
 * forgiven slowly (Finagle's peak EWMA). Time is given, never asked for.
 */
export class PeakEwma {
  readonly #decay: number;
  #mean = 0;
  #stamp = -Infinity;

  /** @param decay milliseconds after which an old observation weighs 1/e of a new one */
  constructor(decay: number) {
    this.#decay = decay;
  }

  /** Milliseconds; 0 before the first observation. */
  get mean(): number {
    return this.#mean;
  }

  /** The mean, the less of it the longer nothing was observed: who is avoided for one bad answer must get another chance. */
  at(now: number): number {
    return this.#mean * this.#kept(now);
  }

  observe(latency: number, now: number): void {
    const kept = this.#kept(now);
    this.#mean = latency > this.#mean ? latency : this.#mean * kept + latency * (1 - kept);
    this.#stamp = now;
  }

  #kept(now: number): number {
    return Math.exp((this.#stamp - now) / this.#decay);
  }
}
