import type { Clock, Timer } from '../clock.ts';

/** How long ejections last, in milliseconds. */
export interface EjectionTimes {
  readonly ejectionTime: number;
  readonly maxEjectionTime: number;
}

/**
 * The ejections of one member: each lasts twice as long as the one before. After a time as long as the longest ejection without another one the
 * member begins anew.
 */
export class Ejection {
  readonly #times: EjectionTimes;
  readonly #clock: Clock;
  #inARow = 0;
  #endsAt = -Infinity;
  #timer: Timer | undefined;

  constructor(times: EjectionTimes, clock: Clock) {
    this.#times = times;
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  /** Milliseconds that it still lasts, 0 if there is none. */
  remaining(now: number): number {
    return this.isOn ? Math.max(0, this.#endsAt - now) : 0;
  }

  /** @returns milliseconds after which `ended` is called, unless `cancel` comes first */
  begin(now: number, ended: () => void): number {
    const { ejectionTime, maxEjectionTime } = this.#times;
    if (now - this.#endsAt > maxEjectionTime) this.#inARow = 0;
    const duration = Math.min(ejectionTime * 2 ** this.#inARow, maxEjectionTime);
    this.#inARow += 1;
    this.#endsAt = now + duration;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      ended();
    }, duration);
    return duration;
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
