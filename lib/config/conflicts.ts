import { parseClusterName } from './cluster-name.ts';
import { formatListenAddress, parseListenAddress } from './listen-address.ts';
import type { FoundProblem } from './problem.ts';
import { Refusal } from './refusal.ts';
import { showValue } from './show-value.ts';

/** A value that must not stand at two places. */
interface Claim {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

/**
 * Finds routes that two members of a cluster have, and ids that two of its keys have. Looks at the options as they were given,
 * so that it tells of them beside whatever else is wrong.
 */
export function clusterConflicts(cluster: unknown, path: readonly PropertyKey[] = []): FoundProblem[] {
  const members = entriesOf(fieldOf(cluster, 'members'));
  const routes = members.map(([index, member]) => ({
    path: [...path, 'members', Number(index), 'route'],
    value: fieldOf(member, 'route'),
  }));
  const keys = entriesOf(fieldOf(fieldOf(cluster, 'signing'), 'keys')).map(([index, key]) => ({
    path: [...path, 'signing', 'keys', Number(index), 'id'],
    value: fieldOf(key, 'id'),
  }));
  return [
    ...repeated(routes, 'must differ from the routes of the other members of the cluster'),
    ...repeated(keys, 'must differ from the ids of the other keys'),
  ];
}

/** Finds what is wrong between the parts of the gateway's options: names, paths, listeners, and in each cluster. */
export function gatewayConflicts(gateway: unknown): FoundProblem[] {
  const clusters = entriesOf(fieldOf(gateway, 'clusters'));
  const paths = clusters.map(([name, cluster]) => ({
    path: ['clusters', name, 'path'],
    value: fieldOf(cluster, 'path'),
  }));
  return [
    ...clusters.flatMap(([name]) => nameProblem(name)),
    ...repeated(paths, 'must differ from the paths of the other clusters'),
    ...listenerConflicts(gateway),
    ...clusters.flatMap(([name, cluster]) => clusterConflicts(cluster, ['clusters', name])),
  ];
}

function nameProblem(name: string): FoundProblem[] {
  try {
    parseClusterName(name);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ path: ['clusters', name], message: error.message, found: showValue(name), atKey: true }];
  }
}

function listenerConflicts(gateway: unknown): FoundProblem[] {
  const path = ['admin', 'listen'];
  const claims = [
    { path: ['listen'], value: fieldOf(gateway, 'listen') },
    { path, value: fieldOf(fieldOf(gateway, 'admin'), 'listen') },
  ];
  const addresses = claims.map((claim) => ({ path: claim.path, value: addressOf(claim.value) }));
  return repeated(addresses, 'must differ from the address of the public listener');
}

/** The address in its one form; nothing for what is no address or leaves the port to the system. */
function addressOf(value: unknown): string | undefined {
  try {
    const address = parseListenAddress(value);
    return 'port' in address && address.port === 0 ? undefined : formatListenAddress(address).toLowerCase();
  } catch {
    return undefined;
  }
}

function repeated(claims: readonly Claim[], message: string): FoundProblem[] {
  const seen = new Set<unknown>();
  return claims.flatMap(({ path, value }) => {
    if (typeof value !== 'string') return [];
    if (seen.has(value)) return [{ path, message, found: showValue(value, path) }];
    seen.add(value);
    return [];
  });
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function fieldOf(value: unknown, key: string): unknown {
  return entriesOf(value).find(([candidate]) => candidate === key)?.[1];
}
