import { LinkedList, type Linked } from '../linked-list.ts';

/** A live session that the gateway has handed out or seen. */
export interface LiveSession {
  readonly number: string;
  readonly route: string;
  /** Key of the client's address that began it or was first seen with it. */
  readonly owner: string;
}

/** What tells a session from others. */
export type SessionKey = Pick<LiveSession, 'number' | 'route'>;

interface Entry extends LiveSession, Linked<Entry> {
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
  /** By route and number. */
  readonly #sessions = new Map<string, Map<string, Entry>>();
  readonly #byOwner = new Map<string, number>();
  #size = 0;
  /** In order of last activity. */
  readonly #byActivity = new LinkedList<Entry>();

  constructor(timeout: number, maxSessions: number) {
    this.#timeout = timeout;
    this.#maxSessions = maxSessions;
  }

  /** A session was handed out or used. */
  touch(session: LiveSession, now: number): void {
    this.#forgetBefore(now - this.#timeout);
    const known = this.#find(session);
    if (known === undefined) {
      this.#add(session, now);
      return;
    }
    known.lastSeen = now;
    if (known === this.#byActivity.last) return;
    this.#byActivity.remove(known);
    this.#byActivity.append(known);
  }

  /** A session was answered by its member. @returns when that was first so; undefined for a session that is not in the table */
  served(session: SessionKey, now: number): number | undefined {
    const entry = this.#find(session);
    if (entry === undefined) return undefined;
    return (entry.servedSince ??= now);
  }

  /** When its member first answered a session; undefined while nobody knows that it did. */
  servedSince(session: SessionKey): number | undefined {
    return this.#find(session)?.servedSince;
  }

  /** A session is gone: its member said so. */
  forget(session: SessionKey): void {
    const entry = this.#find(session);
    if (entry !== undefined) this.#remove(entry);
  }

  /** All sessions of a member are gone. */
  forgetRoute(route: string): void {
    for (const entry of this.#sessions.get(route)?.values() ?? []) this.#remove(entry);
  }

  /** A member lost its memory: what it first served until `until` is gone. @returns how many sessions that were */
  forgetServedUntil(route: string, until: number): number {
    let forgotten = 0;
    for (const entry of this.#sessions.get(route)?.values() ?? []) {
      if (entry.servedSince === undefined || entry.servedSince > until) continue;
      this.#remove(entry);
      forgotten += 1;
    }
    return forgotten;
  }

  size(now: number): number {
    this.#forgetBefore(now - this.#timeout);
    return this.#size;
  }

  countByRoute(route: string, now: number): number {
    this.#forgetBefore(now - this.#timeout);
    return this.#sessions.get(route)?.size ?? 0;
  }

  countByOwner(owner: string, now: number): number {
    this.#forgetBefore(now - this.#timeout);
    return this.#byOwner.get(owner) ?? 0;
  }

  #find({ number, route }: SessionKey): Entry | undefined {
    return this.#sessions.get(route)?.get(number);
  }

  #add({ number, route, owner }: LiveSession, now: number): void {
    const oldest = this.#byActivity.first;
    if (this.#size >= this.#maxSessions && oldest !== undefined) this.#remove(oldest);
    const nowhere = { before: undefined, after: undefined };
    const entry: Entry = { number, route, owner, lastSeen: now, servedSince: undefined, ...nowhere };
    const ofRoute = this.#sessions.get(route);
    if (ofRoute === undefined) this.#sessions.set(route, new Map([[number, entry]]));
    else ofRoute.set(number, entry);
    this.#size += 1;
    this.#byOwner.set(owner, (this.#byOwner.get(owner) ?? 0) + 1);
    this.#byActivity.append(entry);
  }

  #forgetBefore(limit: number): void {
    let { first } = this.#byActivity;
    while (first !== undefined && first.lastSeen < limit) {
      this.#remove(first);
      ({ first } = this.#byActivity);
    }
  }

  #remove(entry: Entry): void {
    const { number, route, owner } = entry;
    const ofRoute = this.#sessions.get(route);
    ofRoute?.delete(number);
    if (ofRoute?.size === 0) this.#sessions.delete(route);
    this.#size -= 1;
    const others = (this.#byOwner.get(owner) ?? 0) - 1;
    if (others > 0) this.#byOwner.set(owner, others);
    else this.#byOwner.delete(owner);
    this.#byActivity.remove(entry);
  }
}
