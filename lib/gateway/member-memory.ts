import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { RestartWatch } from '../health/restart-watch.ts';
import type { RestartSnapshot } from '../health/restart-watch.ts';
import type { SessionTable } from '../session/session-table.ts';
import type { Reporter } from './reporter.ts';

export interface MemoryParts {
  readonly sessions: SessionTable;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

/** What members remember of their sessions, by what they answer; a Pazpar2 that restarted has forgotten all. */
export class MemberMemory {
  readonly #parts: MemoryParts;
  readonly #restarts: RestartWatch;

  constructor(parts: MemoryParts) {
    this.#parts = parts;
    this.#restarts = new RestartWatch(parts.clock);
  }

  /** A member answered a session as one that it knows. */
  remembers(member: Member, number: string): void {
    const { sessions, clock } = this.#parts;
    const servedSince = sessions.served({ number, route: member.route }, clock.monotonic());
    if (servedSince !== undefined) this.#restarts.served(member, servedSince);
  }

  /** A member does not know a session. Whether it ever did is known of those that it answered before; others prove nothing. */
  forgot(member: Member, number: string): void {
    const { sessions, reporter } = this.#parts;
    const session = { number, route: member.route };
    const servedSince = sessions.servedSince(session);
    sessions.forget(session);
    if (servedSince === undefined) return;
    const restart = this.#restarts.lost(member, number, servedSince);
    if (restart === undefined) return;
    const others = sessions.forgetServedUntil(member.route, restart.servedUntil);
    reporter.memberRestarted({ route: member.route, sessionsLost: restart.lost + others });
  }

  snapshot(member: Member): RestartSnapshot {
    return this.#restarts.snapshot(member);
  }
}
