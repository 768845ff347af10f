import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { SessionLostEvent } from '../observability/events.ts';
import type { SessionSigner } from '../sticky/session-signature.ts';
import { SentElsewhere } from './sent-elsewhere.ts';
import { parseSessionValue } from '../sticky/session-value.ts';

/** Where a session lives. */
export interface SessionRoute {
  readonly member: Member;
  /** The number by which the member knows it. */
  readonly number: string;
}

/** Who checks a session value, and the client that it must be bound to. */
export interface Signature {
  readonly signer: SessionSigner;
  readonly binding: string;
}

/** Says why a session value leads nowhere; the client hears the same for all reasons. */
export class SessionLostError extends BalancerError {
  readonly reason: SessionLostEvent['reason'];
  readonly route: string | undefined;

  constructor(value: string, reason: SessionLostEvent['reason'], route?: string) {
    super('SESSION_LOST', value);
    this.reason = reason;
    this.route = route;
  }

  get event(): SessionLostEvent {
    return { route: this.route, reason: this.reason };
  }
}

/**
 * Finds the member of a session. Nothing is remembered for this: the route is in the value.
 *
 * A value without route is served only where there is no choice. A member that is disabled or stopped serves nobody; its
 * clients are told to start anew, which is what they can do about it.
 *
 * @throws SessionLostError for a value that names no session of this cluster, SentElsewhere where its member has another place for it
 */
export function routeSession(cluster: Cluster, value: string, signature?: Signature): SessionRoute {
  const parsed = parseSessionValue(value);
  if (parsed === undefined) throw new SessionLostError(value, 'value');
  const member = parsed.route === undefined ? onlyMember(cluster) : cluster.byRoute(parsed.route);
  if (member === undefined) throw new SessionLostError(value, 'value', parsed.route);
  const { number, tag } = parsed;
  if (signature?.signer.verify(tag, { number, route: member.route, binding: signature.binding }) === false) {
    throw new SessionLostError(value, 'signature', member.route);
  }
  if (member.state.servesSessions()) return { member, number };
  const { forward } = member.settings;
  if (forward !== undefined) throw new SentElsewhere(forward);
  throw new SessionLostError(value, 'disabled', member.route);
}

/** The one member of a cluster that has no other. */
export function onlyMember(cluster: Cluster): Member | undefined {
  return cluster.members.length === 1 ? cluster.members[0] : undefined;
}
