/** What a farm's own state becomes by an update; parts that are left out stay. */
export interface FarmStateChange {
  readonly administrative?: 'on' | 'off' | undefined;
  readonly health?: 'up' | 'down' | undefined;
  /** An empty text takes the forward back that was set at run time. */
  readonly forward?: string | undefined;
}

/** One thing that was set by hand went from one value to another. */
export interface FarmAxisChange {
  readonly axis: 'administrative' | 'health' | 'forward';
  readonly from: string;
  readonly to: string;
}

/** What is set by hand for a farm as a whole, apart from the states of its members. */
export class FarmState {
  readonly #changed: (change: FarmAxisChange) => void;
  #administrative: 'on' | 'off' = 'on';
  #health: 'up' | 'down' = 'up';
  #forward: string | undefined;

  /** @param changed hears of every change; defaults to nobody */
  constructor(changed: (change: FarmAxisChange) => void = () => undefined) {
    this.#changed = changed;
  }

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
    const before = this.#values();
    this.#administrative = administrative ?? this.#administrative;
    this.#health = health ?? this.#health;
    if (forward !== undefined) this.#forward = forward === '' ? undefined : forward;
    const after = this.#values();
    for (const axis of ['administrative', 'health', 'forward'] as const) {
      if (before[axis] !== after[axis]) this.#changed({ axis, from: before[axis], to: after[axis] });
    }
  }

  #values(): Readonly<Record<FarmAxisChange['axis'], string>> {
    return {
      administrative: this.#administrative,
      health: this.#health,
      forward: this.#forward ?? 'as configured',
    };
  }
}
