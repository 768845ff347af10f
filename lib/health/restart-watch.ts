import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';

/** How many sessions must be lost, one after another, to prove a restart. */
const LOST_IN_A_ROW = 3;
/** Within so many milliseconds: all sessions end at once. */
const WITHIN = 10_000;

/** A restart that was noticed. */
export interface NoticedRestart {
  /** All that the member first served until then (monotonic time) is lost. */
  readonly servedUntil: number;
  /** Sessions whose loss proved it. */
  readonly lost: number;
}

/** What is known of restarts of a member. */
export interface RestartSnapshot {
  /** Noticed since the start. */
  readonly restarts: number;
  /** Milliseconds since the latest was noticed; undefined before the first. */
  readonly restartedAgo: number | undefined;
}

interface Watched {
  /** Numbers lost since the member last served an older session. */
  readonly lost: Set<string>;
  firstLossAt: number;
  /** When the youngest of them was first served. */
  youngestLost: number;
  restarts: number;
  restartedAt: number | undefined;
}

/**
 * Notices that a member restarted. Pazpar2 keeps sessions in memory only: after a restart it knows none of those that it served before. Single ones end
 * for many reasons, but when several are gone one after another, and none that is older was served in between, all are. Times are monotonic
 * milliseconds; each call takes constant time.
 */
export class RestartWatch {
  readonly #clock: Clock;
  readonly #watched = new WeakMap<Member, Watched>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A member answered a session that it first served at that time. */
  served(member: Member, servedSince: number): void {
    const watched = this.#watched.get(member);
    if (watched !== undefined && servedSince <= watched.youngestLost) beginAnew(watched);
  }

  /** A member does not know a session that it first served at that time. @returns what this proves, if it proves a restart */
  lost(member: Member, number: string, servedSince: number): NoticedRestart | undefined {
    const now = this.#clock.monotonic();
    const watched = this.#watch(member);
    // Others of before the restart that was noticed last go the same way; only younger ones tell of another.
    if (servedSince <= (watched.restartedAt ?? -Infinity)) return undefined;
    if (now - watched.firstLossAt > WITHIN) beginAnew(watched);
    if (watched.lost.size === 0) watched.firstLossAt = now;
    watched.lost.add(number);
    watched.youngestLost = Math.max(watched.youngestLost, servedSince);
    if (watched.lost.size < LOST_IN_A_ROW) return undefined;
    const restart = { servedUntil: watched.youngestLost, lost: watched.lost.size };
    beginAnew(watched);
    watched.restarts += 1;
    watched.restartedAt = now;
    return restart;
  }

  snapshot(member: Member): RestartSnapshot {
    const { restarts = 0, restartedAt } = this.#watched.get(member) ?? {};
    const restartedAgo = restartedAt === undefined ? undefined : this.#clock.monotonic() - restartedAt;
    return { restarts, restartedAgo };
  }

  #watch(member: Member): Watched {
    const known = this.#watched.get(member);
    if (known !== undefined) return known;
    const watched: Watched = {
      lost: new Set(),
      firstLossAt: -Infinity,
      youngestLost: -Infinity,
      restarts: 0,
      restartedAt: undefined,
    };
    this.#watched.set(member, watched);
    return watched;
  }
}

function beginAnew(watched: Watched): void {
  watched.lost.clear();
  watched.youngestLost = -Infinity;
}
