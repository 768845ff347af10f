import type { ErrorCode } from '../errors.ts';

/** A member was chosen for a request: for a new session, or because the session lives there. */
export interface ElectedEvent {
  readonly route: string;
  readonly command: string;
  /** `method`: the balancing method chose; `session`: the session's own member. */
  readonly by: 'method' | 'session' | 'decision';
}

/** A request is sent again. */
export interface RetriedEvent {
  readonly command: string;
  /** Route of the member that did not answer, and of the one that is tried next (may be the same). */
  readonly from: string;
  readonly to: string;
  /** Why the attempt ended: a transport's failure kind. */
  readonly reason: string;
}

/** A client was told that its session is gone. */
export interface SessionLostEvent {
  /** Route named by the session value, or undefined where it named none. */
  readonly route: string | undefined;
  /** `value`: unusable or of an unknown route; `member`: the member said so; `memory`: the member's memory is gone; `withdrawn`: its number was given twice; `disabled`: the operator took the member out; `signature`: the value is forged, too old, or somebody else's. */
  readonly reason: 'value' | 'member' | 'memory' | 'withdrawn' | 'disabled' | 'signature';
}

/** What changes of a member. The README's table names the values of each. */
export type MemberAxisName =
  | 'administrative'
  | 'health'
  | 'freshness'
  | 'override'
  | 'rest'
  | 'ejection'
  | 'slowStart'
  | 'membership';

/** One axis of a member's state changed. */
export interface MemberStateEvent {
  readonly route: string;
  readonly axis: MemberAxisName;
  readonly from: string;
  readonly to: string;
  /** Why, in words for operators. */
  readonly reason: string;
}

/** What changes of a cluster as a whole. The README's table names the values of each. */
export type ClusterAxisName = 'administrative' | 'health' | 'forward' | 'panic';

/** One axis of the state of a cluster changed. */
export interface ClusterStateEvent {
  readonly axis: ClusterAxisName;
  readonly from: string;
  readonly to: string;
  /** Why, in words for operators. */
  readonly reason: string;
}

/** A member lost its memory, and with it all sessions that it had served before. */
export interface MemberRestartedEvent {
  readonly route: string;
  /** Sessions that are known to be lost by now; others of before are as well. */
  readonly sessionsLost: number;
}

/** Something an operator should look at, while the request went on. */
export interface WarningEvent {
  readonly code: 'ROUTE_DIFFERS' | 'INIT_REPLY_UNEXPECTED' | 'NUMBER_REPEATED';
  readonly route: string;
  readonly message: string;
}

/** A request broke the policy. In the mode `report` it went on all the same. */
export interface PolicyViolatedEvent {
  /** The thing that was not allowed, without its value. */
  readonly what: string;
  /** The client's address. */
  readonly client: string;
  readonly command: string | undefined;
  readonly route: string | undefined;
}

/** A request was answered with an error of the balancer's own. */
export interface ErrorEvent {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly command: string | undefined;
  readonly route: string | undefined;
}

/** A request is over, whatever its end. Times in milliseconds, sizes in bytes of body. */
export interface FinishedEvent {
  readonly method: string;
  /** Of the client's connection: "1.0", "1.1" or "2.0". */
  readonly httpVersion: string;
  /** The client's address as the member was told it: behind trusted proxies a list, nearest last. */
  readonly client: string;
  readonly command: string | undefined;
  /** The route that the session names, else that of the member that was asked. */
  readonly route: string | undefined;
  /** URL of the member that was asked last; undefined when none was. */
  readonly member: string | undefined;
  readonly attempts: number;
  /** Status sent to the client; 0 when the client left before one was sent. */
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly duration: number;
  /** Waited in the balancer's own queue. */
  readonly queued: number;
  /** `answered` by the member, `refused` by the balancer, `failed`: no usable answer, `aborted`: cut on either side. */
  readonly verdict: 'answered' | 'refused' | 'failed' | 'aborted';
  readonly error: ErrorCode | undefined;
}

/** Every event of a balancer, by name, with the arguments of its listeners. */
export interface BalancerEvents {
  elected: [ElectedEvent];
  retried: [RetriedEvent];
  sessionLost: [SessionLostEvent];
  memberState: [MemberStateEvent];
  clusterState: [ClusterStateEvent];
  memberRestarted: [MemberRestartedEvent];
  warning: [WarningEvent];
  policyViolated: [PolicyViolatedEvent];
  error: [ErrorEvent];
  finished: [FinishedEvent];
}
