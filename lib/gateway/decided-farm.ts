import type { IncomingMessage } from 'node:http';
import { clientBinding } from '../sticky/client-binding.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';

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
  const { admission, cluster, config } = parts;
  const binding =
    config.signing === undefined ? '' : clientBinding(request, client.address, config.signing.bind);
  const sticky = { target: request.url ?? '', cookie: request.headers.cookie };
  const routes = cluster.members.map(({ route }) => route);
  const tie = admission.stickiness?.tieOf(sticky, routes, binding);
  return tie !== undefined && routes.includes(tie.route);
}
