import type { Cluster } from '../cluster/cluster.ts';
import type { AdministrativeState } from '../cluster/member-settings.ts';
import type { Member } from '../cluster/member.ts';
import type { Farm } from '../statistics/farm.ts';
import type { FarmState } from '../statistics/farm-state.ts';
import { parseSessionValue } from '../sticky/session-value.ts';
import { routeOf } from '../sticky/sticky-session.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { MembersControl } from './members-control.ts';

/** A cluster for the statistics engine. */
export class StatisticsFarm implements Farm {
  readonly #parts: ClusterParts;
  readonly #members: MembersControl;

  constructor(parts: ClusterParts, members: MembersControl) {
    this.#parts = parts;
    this.#members = members;
  }

  get name(): string {
    return this.cluster.name;
  }

  /** A Pazpar2's sessions live in its memory, so they have to go on there. */
  get offState(): Farm['offState'] {
    return this.#parts.config.http === undefined ? 'draining' : 'disabled';
  }

  get cluster(): Cluster {
    return this.#parts.cluster;
  }

  get state(): FarmState {
    return this.#parts.farmState;
  }

  get forward(): string | undefined {
    return this.#parts.alternative;
  }

  setState(member: Member, state: AdministrativeState, reason: string): void {
    this.#members.setState(member.route, state, reason);
  }

  choose(session: string | undefined): Member | undefined {
    const own = this.#memberOf(session);
    return own?.state.servesSessions() === true ? own : this.#parts.electForQuery();
  }

  forwardOf(session: string | undefined): string | undefined {
    const own = this.#memberOf(session);
    return own?.state.servesSessions() === false ? own.settings.forward : undefined;
  }

  countSessions(member: Member): number {
    return this.#parts.sessions.countByRoute(member.route, this.#parts.clock.monotonic());
  }

  updated(member: Member, age: number): void {
    this.#parts.updated(member, age);
  }

  #memberOf(session: string | undefined): Member | undefined {
    const route = session === undefined ? undefined : this.#routeOf(session);
    return route === undefined ? undefined : this.cluster.byRoute(route);
  }

  #routeOf(session: string): string | undefined {
    const { http } = this.#parts.config;
    return http === undefined ? parseSessionValue(session)?.route : routeOf(session, http.stickySeparator);
  }
}
