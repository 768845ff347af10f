import type { IncomingMessage } from 'node:http';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { findTie } from './find-tie.ts';

/** The farm that a backend prefers for this client; undefined without such a decision, and for a session of a member of this farm, which stays. */
export function decidedFarm(
  parts: ClusterParts,
  request: IncomingMessage,
  client: ClientOrigin,
): string | undefined {
  const decision = parts.admission.decisionOf(request)?.decision;
  if (decision?.kind !== 'farm' || decision.target === parts.config.name) return undefined;
  return isOfThisFarm(parts, request, client) ? undefined : decision.target;
}

function isOfThisFarm(parts: ClusterParts, request: IncomingMessage, client: ClientOrigin): boolean {
  const tie = findTie(parts, { request, client, target: request.url ?? '' });
  return parts.cluster.members.some(({ route }) => route === tie?.route);
}
