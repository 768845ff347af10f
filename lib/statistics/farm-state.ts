/** What a farm's own state becomes by an update; parts that are left out stay. */
export interface FarmStateChange {
  readonly administrative?: 'on' | 'off' | undefined;
  readonly health?: 'up' | 'down' | undefined;
  /** An empty text takes the forward back that was set at run time. */
  readonly forward?: string | undefined;
}

/** What is set by hand for a farm as a whole, apart from the states of its members. */
export class FarmState {
  #administrative: 'on' | 'off' = 'on';
  #health: 'up' | 'down' = 'up';
  #forward: string | undefined;

  get administrative(): 'on' | 'off' {
    return this.#administrative;
  }

  get health(): 'up' | 'down' {
    return this.#health;
  }

  /** Where to go instead, as set at run time; undefined where the configured one counts. */
  get forward(): string | undefined {
    return this.#forward;
  }

  /** True if new work may go to it. */
  get takesWork(): boolean {
    return this.#administrative === 'on' && this.#health === 'up';
  }

  change({ administrative, health, forward }: FarmStateChange): void {
    this.#administrative = administrative ?? this.#administrative;
    this.#health = health ?? this.#health;
    if (forward !== undefined) this.#forward = forward === '' ? undefined : forward;
  }
}
