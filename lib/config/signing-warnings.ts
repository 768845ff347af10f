import type { GatewayClusterConfig, GatewayConfig } from './config.ts';
import type { FoundProblem } from './problem.ts';
import { isClusterOpenToAll, isEntranceOpenToAll, isReachedFromElsewhere } from './reach.ts';

const GUESSED =
  'whoever has a session can guess those of others, because Pazpar2 takes its numbers from the clock';

/** Sessions that strangers get and can guess: nothing but `signing` stops that. */
export function signingWarnings(gateway: GatewayConfig): FoundProblem[] {
  if (!isReachedFromElsewhere(gateway)) return [];
  return gateway.clusters.filter(isOpen).flatMap(unsigned);
}

function isOpen(cluster: GatewayClusterConfig): boolean {
  if (cluster.protocol !== 'pazpar2') return false;
  return isClusterOpenToAll(cluster) || cluster.entrances.some(isEntranceOpenToAll);
}

function unsigned({ name, signing }: GatewayClusterConfig): FoundProblem[] {
  const path = ['clusters', name];
  if (signing === undefined) {
    return [{ path, message: `${GUESSED}; sign the values (\`signing\`)`, found: '', atKey: true }];
  }
  if (signing.required) return [];
  const message = `while values without a signature pass, ${GUESSED}; end the roll-out soon`;
  return [{ path: [...path, 'signing', 'required'], message, found: 'false' }];
}
