import type { IncomingMessage } from 'node:http';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { Tie } from './stickiness.ts';

/** A request to an application, as far as what ties it to a member depends on it. */
export interface RequestToTie {
  readonly request: IncomingMessage;
  readonly client: ClientOrigin;
  /** Path and query. */
  readonly target: string;
}

/** What ties a request to a member of this cluster; undefined where nothing does. */
export function findTie(
  { admission, cluster }: ClusterParts,
  { request, client, target }: RequestToTie,
): Tie | undefined {
  const sticky = { target, cookie: request.headers.cookie };
  const routes = cluster.members.map(({ route }) => route);
  return admission.stickiness?.tieOf(sticky, routes, admission.bindingOf(request, client.address));
}
