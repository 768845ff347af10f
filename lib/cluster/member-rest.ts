/** Hears of the beginning and the end of a rest, with the reason in words for operators. */
export type RestListener = (resting: boolean, reason: string) => void;

/**
 * The rest of a member after a failure, in which it gets no new sessions. Each further one without an answer in between lasts twice as long. Times are
 * monotonic milliseconds.
 */
export class MemberRest {
  readonly #changed: RestListener;
  #failedAt = -Infinity;
  /** Since the latest answer. */
  #hasForgiven = false;
  /** Undefined while no rest is booked. A rest that is over stays booked until somebody ends it. */
  #until: number | undefined;
  /** Since the latest answer. */
  #inARow = 0;

  constructor(changed: RestListener) {
    this.#changed = changed;
  }

  /** True until somebody has met the end of the rest. */
  get isBooked(): boolean {
    return this.#until !== undefined;
  }

  /** Rests since the latest answer. */
  get inARow(): number {
    return this.#inARow;
  }

  isOn(now: number): boolean {
    return this.#until !== undefined && now < this.#until;
  }

  /** Milliseconds that it still lasts, 0 if there is none. */
  remaining(now: number): number {
    return Math.max(0, (this.#until ?? now) - now);
  }

  /** An attempt failed now. A rest that is on becomes longer at most. */
  begin(now: number, times: { readonly restFor: number; readonly longest: number }, reason: string): void {
    const { restFor, longest } = times;
    this.#failedAt = now;
    if (restFor <= 0) return;
    const isOn = this.isOn(now);
    if (!isOn) this.#beginAnother();
    const duration = Math.min(restFor * 2 ** (this.#inARow - 1), Math.max(restFor, longest));
    this.#until = Math.max(this.#until ?? now, now + duration);
    if (!isOn) this.#changed(true, `${reason}; left alone for ${duration} ms`);
  }

  /** An attempt failed now in a way that may happen to anybody. @returns true for the first since the latest answer */
  forgives(now: number): boolean {
    const isFirst = !this.#hasForgiven;
    this.#failedAt = now;
    this.#hasForgiven = true;
    return isFirst;
  }

  /** An attempt was answered. Ends the rest if it began after the failure; one that began before proves nothing. */
  answered(startedAt: number): void {
    if (startedAt <= this.#failedAt) return;
    this.#inARow = 0;
    this.#hasForgiven = false;
    this.end('it answered');
  }

  /** Ends the rest if its time is over. */
  expire(now: number): void {
    if (this.#until !== undefined && now >= this.#until) this.end('its rest is over');
  }

  end(reason: string): void {
    if (this.#until === undefined) return;
    this.#until = undefined;
    this.#changed(false, reason);
  }

  #beginAnother(): void {
    this.end('its rest is over');
    this.#inARow += 1;
  }
}
