/** A live session that the gateway has handed out or seen. */
export interface LiveSession {
  readonly number: string;
  readonly route: string;
  /** Key of the client's address that began it or was first seen with it. */
  readonly owner: string;
}

interface Entry extends LiveSession {
  lastSeen: number;
}

/**
 * The sessions that are alive as far as can be told from here: handed out or used within the session timeout. Routing does not need it.
 * In order of last activity, so that forgetting costs only as much as there is to forget. Times are monotonic milliseconds.
 */
export class SessionTable {
  readonly #timeout: number;
  readonly #maxSessions: number;
  readonly #sessions = new Map<string, Entry>();
  readonly #byRoute = new Map<string, number>();
  readonly #byOwner = new Map<string, number>();

  constructor(timeout: number, maxSessions: number) {
    this.#timeout = timeout;
    this.#maxSessions = maxSessions;
  }

  /** A session was handed out or used. */
  touch(session: LiveSession, now: number): void {
    this.#forgetBefore(now - this.#timeout);
    const key = keyOf(session);
    const known = this.#sessions.get(key);
    if (known !== undefined) {
      known.lastSeen = now;
      // A map keeps the place of a key that is only set again.
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      return;
    }
    if (this.#sessions.size >= this.#maxSessions) this.#forgetOldest();
    const { number, route, owner } = session;
    this.#sessions.set(key, { number, route, owner, lastSeen: now });
    add(this.#byRoute, route, 1);
    add(this.#byOwner, owner, 1);
  }

  /** A session is gone: its member said so. */
  forget(session: Pick<LiveSession, 'number' | 'route'>): void {
    const key = keyOf(session);
    const entry = this.#sessions.get(key);
    if (entry !== undefined) this.#remove(key, entry);
  }

  /** All sessions of a member are gone. */
  forgetRoute(route: string): void {
    for (const [key, entry] of this.#sessions) {
      if (entry.route === route) this.#remove(key, entry);
    }
  }

  size(now: number): number {
    this.#forgetBefore(now - this.#timeout);
    return this.#sessions.size;
  }

  countByRoute(route: string, now: number): number {
    this.#forgetBefore(now - this.#timeout);
    return this.#byRoute.get(route) ?? 0;
  }

  countByOwner(owner: string, now: number): number {
    this.#forgetBefore(now - this.#timeout);
    return this.#byOwner.get(owner) ?? 0;
  }

  #forgetBefore(limit: number): void {
    for (const [key, entry] of this.#sessions) {
      if (entry.lastSeen >= limit) return;
      this.#remove(key, entry);
    }
  }

  #forgetOldest(): void {
    for (const [key, entry] of this.#sessions) {
      this.#remove(key, entry);
      return;
    }
  }

  #remove(key: string, entry: Entry): void {
    this.#sessions.delete(key);
    add(this.#byRoute, entry.route, -1);
    add(this.#byOwner, entry.owner, -1);
  }
}

function keyOf({ number, route }: Pick<LiveSession, 'number' | 'route'>): string {
  return `${number}.${route}`;
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
