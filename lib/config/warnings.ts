import { systemClock } from '../clock.ts';
import { expiryWarnings } from './certificate-expiry.ts';
import type { GatewayClusterConfig, GatewayConfig } from './config.ts';
import { policyWarnings } from './policy-warnings.ts';
import type { FoundProblem } from './problem.ts';
import { isClusterOpenToAll, isEntranceOpenToAll } from './reach.ts';
import { signingWarnings } from './signing-warnings.ts';
import { statisticsWarnings } from './statistics-warnings.ts';

/** What is allowed, but should be looked at: places that are more open than they may be meant to be. */
export function gatewayWarnings(gateway: GatewayConfig): FoundProblem[] {
  return [
    ...trustWarnings(gateway),
    ...signingWarnings(gateway),
    ...statisticsWarnings(gateway),
    ...expiryWarnings(gateway, systemClock.now()),
    ...gateway.clusters.filter(isOfPazpar).flatMap(clusterWarnings),
  ];
}

function clusterWarnings(cluster: GatewayClusterConfig): FoundProblem[] {
  const path = ['clusters', cluster.name];
  const own = { path: [...path, 'policy'], isOpenToAll: isClusterOpenToAll(cluster) };
  const ofEntrances = cluster.entrances.flatMap((entrance, index) =>
    policyWarnings(entrance.policy, {
      path: [...path, 'entrances', index, 'policy'],
      isOpenToAll: isEntranceOpenToAll(entrance),
    }),
  );
  return [...policyWarnings(cluster.policy, own), ...ofEntrances];
}

/** Only there a policy says what clients may do. */
function isOfPazpar({ http }: GatewayClusterConfig): boolean {
  return http === undefined;
}

/** With `true` the address is what the client says it is. */
function trustWarnings({ trustProxy, clusters }: GatewayConfig): FoundProblem[] {
  const asksForAddresses = clusters.some(({ access, entrances }) =>
    [access, ...entrances].some(({ allow, deny }) => allow.length + deny.length > 0),
  );
  if (trustProxy !== true || !asksForAddresses) return [];
  const message =
    'believes whatever X-Forwarded-For says, so that anybody can pass the lists of addresses (allow, deny); name the proxies in front';
  return [{ path: ['trustProxy'], message, found: 'true' }];
}
