import type { IncomingMessage } from 'node:http';
import type { Member } from '../cluster/member.ts';
import type { ClusterParts } from './cluster-parts.ts';

/** The member that a backend decided on for this client's new session; undefined without a decision, or one that does not hold here, which is counted. */
export function decidedMember(parts: ClusterParts, request: IncomingMessage): Member | undefined {
  const reading = parts.admission.decisionOf(request);
  if (reading === undefined) return undefined;
  if (reading.flaw !== undefined) {
    parts.reporter.decisionIgnored(reading.flaw);
    return undefined;
  }
  const { kind, target } = reading.decision;
  // The gateway has looked whether another farm is to serve it.
  if (kind === 'farm' && parts.config.http !== undefined) return undefined;
  const member = kind === 'member' ? parts.cluster.byRoute(target) : undefined;
  if (member === undefined) parts.reporter.decisionIgnored('no such member');
  return member;
}
