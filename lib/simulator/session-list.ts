import type { Clock } from '../clock.ts';
import { atoi } from './c-text.ts';
import { Session } from './session.ts';
import type { SessionTargets } from './session-targets.ts';

/** The sessions of one process, by number. */
export class SessionList {
  readonly #clock: Clock;
  readonly #timeout: number;
  /** Sessions of the same number, newest last. */
  readonly #byNumber = new Map<number, Session[]>();
  #created = 0;
  #live = 0;

  /** @param timeout Milliseconds without a request until a session ends. */
  constructor(clock: Clock, timeout: number) {
    this.#clock = clock;
    this.#timeout = timeout;
  }

  /** Sessions begun since the process started. */
  get created(): number {
    return this.#created;
  }

  /** Sessions that have not ended. */
  get live(): number {
    return this.#live;
  }

  create(targets: SessionTargets): Session {
    this.#created += 1;
    this.#live += 1;
    const session = new Session(sessionNumber(this.#clock.now(), this.#created), targets);
    const namesakes = this.#byNumber.get(session.number);
    if (namesakes === undefined) this.#byNumber.set(session.number, [session]);
    else namesakes.push(session);
    session.expireAfter(this.#clock, this.#timeout, () => this.#remove(session));
    return session;
  }

  /** Finds by the number at the start of `text`; of several sessions with that number the newest. */
  find(text: string): Session | undefined {
    return this.#byNumber.get(atoi(text))?.at(-1);
  }

  /** Ends every session. */
  clear(): void {
    for (const session of [...this.#byNumber.values()].flat()) this.#remove(session);
  }

  *[Symbol.iterator](): Iterator<Session> {
    for (const namesakes of this.#byNumber.values()) yield* namesakes;
  }

  #remove(session: Session): void {
    session.end();
    this.#live -= 1;
    const others = this.#byNumber.get(session.number)?.filter((other) => other !== session) ?? [];
    if (others.length === 0) this.#byNumber.delete(session.number);
    else this.#byNumber.set(session.number, others);
  }
}

/**
 * Pazpar2's session number: the second in the upper bits, the count of sessions in the lower 8, 31 bits in all. Two servers
 * started and first used in the same second give the same numbers, and 257 sessions in a second make one number repeat.
 *
 * @param now Milliseconds since 1970.
 * @param count Sessions begun since the process started, this one included.
 */
export function sessionNumber(now: number, count: number): number {
  return (Math.floor(now / 1000) * 256 + (count & 0xff)) % 2 ** 31;
}
