import type { AccessConfig, ClusterConfig, EntranceConfig } from './config.ts';

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
