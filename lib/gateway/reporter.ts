import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import { EventHub } from '../observability/event-hub.ts';
import type { EventName } from '../observability/event-hub.ts';
import type {
  BalancerEvents,
  ClusterStateEvent,
  MemberRestartedEvent,
  MemberStateEvent,
  PolicyViolatedEvent,
  SessionLostEvent,
  WarningEvent,
} from '../observability/events.ts';
import type { Logger } from '../observability/logger.ts';
import type { DecisionFlaw } from '../sticky/decision-cookie.ts';

/** What is known of a request when something about it is reported. */
export interface RequestFacts {
  readonly command: string | undefined;
  readonly route: string | undefined;
}

/** Why a decision of a backend was not followed. */
export type DecisionIgnored =
  | DecisionFlaw
  | 'no such member'
  | 'member takes no new sessions'
  | 'no such farm'
  | 'farm takes no new sessions';

/** What is counted beside the members' own counters. */
export interface ReportedCounts {
  /** Requests that asked for what their sender may not have, refused or not. */
  readonly policyViolations: number;
  /** Clients that were told that their session is gone, by reason. */
  readonly sessionsLost: Readonly<Record<SessionLostEvent['reason'], number>>;
  /** Decision cookies that chose a member, and those that did not, by reason. */
  readonly decisions: {
    readonly followed: number;
    readonly ignored: Readonly<Partial<Record<DecisionIgnored, number>>>;
  };
}

/** States of members that an operator has not asked for. */
const BAD_NEWS: ReadonlySet<string> = new Set(['down', 'out', 'resting', 'ejected']);

/** Turns what happens into events and log lines. Forgets nothing that an operator needs, repeats no warning. */
export class Reporter {
  readonly events: EventHub;
  readonly #logger: Logger;
  readonly #cluster: string;
  readonly #warned = new Set<string>();
  #policyViolations = 0;
  readonly #sessionsLost: Record<SessionLostEvent['reason'], number> = {
    value: 0,
    member: 0,
    memory: 0,
    withdrawn: 0,
    disabled: 0,
    signature: 0,
  };

  #decisionsFollowed = 0;
  readonly #decisionsIgnored: Partial<Record<DecisionIgnored, number>> = {};

  constructor(logger: Logger, cluster: string) {
    this.#logger = logger;
    this.#cluster = cluster;
    this.events = new EventHub((error) => logger.error({ cluster, err: error }, 'an event listener threw'));
  }

  /** What was counted since the start. */
  get counts(): ReportedCounts {
    return {
      policyViolations: this.#policyViolations,
      sessionsLost: { ...this.#sessionsLost },
      decisions: { followed: this.#decisionsFollowed, ignored: { ...this.#decisionsIgnored } },
    };
  }

  /** Emits an event; its payload is only made when somebody listens. */
  emit<Name extends EventName>(name: Name, payload: () => BalancerEvents[Name][0]): void {
    this.events.emit(name, payload);
  }

  /** An error that a client was answered with. Those of clients are everyday life, those of members are not. */
  error(error: unknown, facts: RequestFacts): void {
    const known =
      error instanceof BalancerError ? error : new BalancerError('INTERNAL', '', { cause: error });
    const fields = {
      cluster: this.#cluster,
      code: known.code,
      status: known.status,
      ...facts,
      cause: describeCause(known),
    };
    if (known.code === 'INTERNAL') this.#logger.error({ ...fields, err: error }, known.message);
    else if (known.status >= 500) this.#logger.warn(fields, known.message);
    else this.#logger.debug(fields, known.message);
    this.emit('error', () => ({
      code: known.code,
      status: known.status,
      message: known.message,
      ...facts,
    }));
  }

  /** A client was told that its session is gone. */
  sessionLost(event: SessionLostEvent): void {
    this.#sessionsLost[event.reason] += 1;
    this.emit('sessionLost', () => event);
  }

  /** A request asked for what its sender may not have. */
  policyViolated(event: PolicyViolatedEvent): void {
    this.#policyViolations += 1;
    this.#logger.info({ cluster: this.#cluster, ...event }, `not allowed: ${event.what}`);
    this.emit('policyViolated', () => event);
  }

  /** A backend's decision chose the member of a new session. */
  decisionFollowed(): void {
    this.#decisionsFollowed += 1;
  }

  /** A backend's decision, or what pretends to be one, was not followed. */
  decisionIgnored(reason: DecisionIgnored): void {
    this.#decisionsIgnored[reason] = (this.#decisionsIgnored[reason] ?? 0) + 1;
    this.#logger.debug({ cluster: this.#cluster, reason }, `decision cookie not followed: ${reason}`);
  }

  /** A member's state has changed; what is bad news is a warning. */
  memberState({ route }: Member, change: Omit<MemberStateEvent, 'route'>): void {
    const { axis, from, to, reason } = change;
    const fields = { cluster: this.#cluster, route, axis, from, to, reason };
    const message = `member ${route}: ${axis} ${from} -> ${to} (${reason})`;
    if (BAD_NEWS.has(to)) this.#logger.warn(fields, message);
    else this.#logger.info(fields, message);
    this.emit('memberState', () => ({ route, axis, from, to, reason }));
  }

  /** The state of the cluster as a whole has changed. */
  clusterState({ axis, from, to, reason }: ClusterStateEvent): void {
    const fields = { cluster: this.#cluster, axis, from, to, reason };
    this.#logger.warn(fields, `cluster ${this.#cluster}: ${axis} ${from} -> ${to} (${reason})`);
    this.emit('clusterState', () => ({ axis, from, to, reason }));
  }

  memberRestarted(event: MemberRestartedEvent): void {
    const { route, sessionsLost } = event;
    this.#logger.warn(
      { cluster: this.#cluster, ...event },
      `member ${route} restarted: ${sessionsLost} sessions are lost`,
    );
    this.emit('memberRestarted', () => event);
  }

  /** Warns once for each member and kind of warning, so that a steady fault does not fill the log. */
  warnOnce(warning: WarningEvent): void {
    const key = `${warning.code} ${warning.route}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.warn(warning);
  }

  warn(warning: WarningEvent): void {
    this.#logger.warn({ cluster: this.#cluster, code: warning.code, route: warning.route }, warning.message);
    this.emit('warning', () => warning);
  }
}

function describeCause(error: BalancerError): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}
