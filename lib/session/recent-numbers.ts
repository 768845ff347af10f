/** How long a number counts as just given, in milliseconds. */
const RECENT = 2_000;
/** How long a withdrawn number stays withdrawn, in milliseconds: longer than any session lives. */
const WITHDRAWN = 24 * 60 * 60 * 1_000;
/** Most withdrawn numbers kept; beyond it the oldest is forgotten. */
const MAX_WITHDRAWN = 10_000;

/**
 * Numbers that one member gave lately. Pazpar2 repeats a number when more than 256 `init` reach it in one second
 * (from all gateways and other clients together), and then two users share a session. A number given twice is
 * therefore withdrawn: nobody gets it the second time, and who has it from the first time is told that it is lost.
 *
 * Times are monotonic milliseconds. Every call takes constant time, spread over many.
 */
export class RecentNumbers {
  /** Number → when it was last given. Both maps are in order of time, oldest first. */
  readonly #recent = new Map<string, number>();
  readonly #withdrawn = new Map<string, number>();

  /**
   * Books a number that the member just gave.
   *
   * @returns `repeated` if it was given in the last 2 s or is withdrawn: do not hand it out, take another `init`.
   */
  record(number: string, now: number): 'new' | 'repeated' {
    forgetBefore(this.#recent, now - RECENT);
    forgetBefore(this.#withdrawn, now - WITHDRAWN);
    const repeated = this.#recent.has(number) || this.#withdrawn.has(number);
    renew(this.#recent, number, now);
    if (!repeated) return 'new';
    renew(this.#withdrawn, number, now);
    if (this.#withdrawn.size > MAX_WITHDRAWN) forgetOldest(this.#withdrawn);
    return 'repeated';
  }

  /** True if two users may hold this number: requests with it are answered as for a lost session. */
  isWithdrawn(number: string, now: number): boolean {
    if (this.#withdrawn.size === 0) return false;
    const since = this.#withdrawn.get(number);
    return since !== undefined && since >= now - WITHDRAWN;
  }
}

function forgetBefore(times: Map<string, number>, limit: number): void {
  if (times.size === 0) return;
  for (const [number, time] of times) {
    if (time >= limit) return;
    times.delete(number);
  }
}

/** Deletes first, because a map keeps the place of a key that is only set again. */
function renew(times: Map<string, number>, number: string, now: number): void {
  times.delete(number);
  times.set(number, now);
}

function forgetOldest(times: Map<string, number>): void {
  for (const number of times.keys()) {
    times.delete(number);
    return;
  }
}
