import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';
import type { AccessConfig, ClusterConfig, EntranceConfig, GatewayConfig } from './config.ts';

const isLoopback = proxyAddr.compile('loopback');

/** True where others than this machine's own programs come: from a network, or by a proxy that is trusted to say for whom. */
export function isReachedFromElsewhere({ listen, trustProxy }: GatewayConfig): boolean {
  if (trustProxy !== false && trustProxy !== 0) return true;
  if ('socketPath' in listen || listen.host === 'localhost') return false;
  return isIP(listen.host) === 0 || !isLoopback(listen.host, 0);
}

/** True where everybody who reaches the public listener may come under the cluster's own policy. */
export function isClusterOpenToAll({ access }: ClusterConfig): boolean {
  return isOpenToAll(access);
}

/** True where an entrance asks nothing that a stranger could not give. */
export function isEntranceOpenToAll(entrance: EntranceConfig): boolean {
  return entrance.token === undefined && entrance.listener === 'public' && isOpenToAll(entrance);
}

function isOpenToAll({ allow, deny }: AccessConfig): boolean {
  if (allow.includes('all')) return true;
  const othersMay = deny.length > 0 || allow.length === 0;
  return othersMay && !deny.includes('all');
}
