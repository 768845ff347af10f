import type { LoadSnapshot } from '../load/load-meter.ts';
import type { MemberStateSnapshot } from '../cluster/member-state.ts';
import { isPanicking } from '../cluster/eligibility.ts';
import type { Member } from '../cluster/member.ts';
import type { ClusterHealth, MemberHealthSnapshot } from './cluster-health.ts';
import type { RestartSnapshot } from '../health/restart-watch.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { ReportedCounts } from './reporter.ts';

/** One member at one moment. */
export interface MemberSnapshot extends LoadSnapshot, MemberHealthSnapshot, RestartSnapshot {
  readonly route: string;
  readonly url: string;
  readonly loadFactor: number;
  /** How much of its load factor counts: 1, or less while it comes to its full share (`slowStart`). */
  readonly share: number;
  readonly state: MemberStateSnapshot;
  /** The method's book-keeping: Apache's lbstatus for `byrequests`. */
  readonly standing: number;
  /** Requests in flight and waiting, by lane. */
  readonly blocking: LaneSnapshot;
  readonly quick: LaneSnapshot;
  /** Live sessions, as far as seen from here. */
  readonly sessions: number;
  /** Open connections to the member. */
  readonly connections: number;
  /** New connections that were replaced by kept ones because no local port was free. */
  readonly portFallbacks: number;
}

export interface LaneSnapshot {
  readonly inFlight: number;
  readonly waiting: number;
}

/** What holds for a cluster as a whole. */
export interface ClusterStateSnapshot {
  /** As set at the statistics engine. */
  readonly administrative: 'on' | 'off';
  readonly health: 'up' | 'down';
  /** Where new sessions are sent when nobody takes them; undefined where they are refused. */
  readonly forward: string | undefined;
  /** `on` while members are used although they are down, because all of them are. */
  readonly panic: 'on' | 'off';
}

/** A cluster at one moment; plain data, safe to show to operators. */
export interface ClusterSnapshot extends ReportedCounts {
  readonly name: string;
  readonly lbMethod: string;
  readonly policy: string;
  readonly state: ClusterStateSnapshot;
  /** Live sessions, as far as seen from here. */
  readonly sessions: number;
  /** New sessions that wait for room. */
  readonly waitingInits: number;
  readonly members: readonly MemberSnapshot[];
}

export function clusterSnapshot(parts: ClusterParts, health: ClusterHealth): ClusterSnapshot {
  const { config, cluster, selector, initQueue } = parts;
  return {
    name: cluster.name,
    lbMethod: selector.method,
    policy: config.policy.preset,
    state: {
      administrative: parts.farmState.administrative,
      health: parts.farmState.health,
      forward: parts.alternative,
      panic: isPanicking(cluster.members) ? 'on' : 'off',
    },
    sessions: parts.sessions.size(parts.clock.monotonic()),
    waitingInits: initQueue.waiting,
    ...parts.reporter.counts,
    members: cluster.members.map((member) => memberSnapshot(parts, health, member)),
  };
}

function memberSnapshot(parts: ClusterParts, health: ClusterHealth, member: Member): MemberSnapshot {
  const { blocking, quick, transport } = parts.upstream(member);
  return {
    route: member.route,
    url: member.settings.url,
    loadFactor: member.settings.loadFactor,
    share: member.share,
    state: member.state.snapshot(parts.clock.monotonic()),
    standing: parts.selector.standing(member),
    blocking: { inFlight: blocking.inFlight, waiting: blocking.waiting },
    quick: { inFlight: quick.inFlight, waiting: quick.waiting },
    sessions: parts.sessions.countByRoute(member.route, parts.clock.monotonic()),
    connections: transport.connections,
    portFallbacks: transport.portFallbacks,
    ...member.load.snapshot(),
    ...health.snapshot(member),
    ...parts.memory.snapshot(member),
  };
}
