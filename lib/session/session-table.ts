/** A live session that the gateway has handed out or seen. */
export interface LiveSession {
  readonly number: string;
  readonly route: string;
  /** Key of the client's address that began it or was first seen with it. */
  readonly owner: string;
}

/** What tells a session from others. */
export type SessionKey = Pick<LiveSession, 'number' | 'route'>;

interface Entry extends LiveSession {
  lastSeen: number;
  /** When its member first answered it; undefined while that is only claimed. */
  servedSince: number | undefined;
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
    this.#sessions.set(key, { number, route, owner, lastSeen: now, servedSince: undefined });
    add(this.#byRoute, route, 1);
    add(this.#byOwner, owner, 1);
  }

  /** A session was answered by its member. @returns when that was first so; undefined for a session that is not in the table */
  served(session: SessionKey, now: number): number | undefined {
    const entry = this.#sessions.get(keyOf(session));
    if (entry === undefined) return undefined;
    return (entry.servedSince ??= now);
  }

  /** When its member first answered a session; undefined while nobody knows that it did. */
  servedSince(session: SessionKey): number | undefined {
    return this.#sessions.get(keyOf(session))?.servedSince;
  }

  /** A session is gone: its member said so. */
  forget(session: SessionKey): void {
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

  /** A member lost its memory: what it first served until `until` is gone. @returns how many sessions that were */
  forgetServedUntil(route: string, until: number): number {
    let forgotten = 0;
    for (const [key, entry] of this.#sessions) {
      if (entry.route !== route || entry.servedSince === undefined || entry.servedSince > until) continue;
      this.#remove(key, entry);
      forgotten += 1;
    }
    return forgotten;
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

function keyOf({ number, route }: SessionKey): string {
  return `${number}.${route}`;
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
