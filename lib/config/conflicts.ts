import { parseClusterName } from './cluster-name.ts';
import { entranceConflicts } from './entrance-conflicts.ts';
import { entriesOf, fieldOf, repeated } from './given-options.ts';
import { formatListenAddress, parseListenAddress } from './listen-address.ts';
import { enginePathConflicts, pathConflicts } from './path-conflicts.ts';
import type { FoundProblem } from './problem.ts';
import { redirectConflicts } from './redirect-conflicts.ts';
import { Refusal } from './refusal.ts';
import { showValue } from './show-value.ts';
import { stickyConflicts } from './sticky-conflicts.ts';

/**
 * Finds what is wrong between the parts of a cluster that an application mounts: routes of members, ids of keys, conditions of
 * entrances. Looks at the options as they were given, so that it tells of this beside whatever else is wrong.
 */
export function clusterConflicts(cluster: unknown): FoundProblem[] {
  const servedBy = { path: ['entrances'], servedBy: 'application', hasInternalListener: false } as const;
  return [
    ...repetitionsInCluster(cluster, []),
    ...entranceConflicts(fieldOf(cluster, 'entrances'), servedBy),
  ];
}

/** As `clusterConflicts`, for a cluster of protocol `http`. */
export function httpClusterConflicts(cluster: unknown): FoundProblem[] {
  return [
    ...repetitionsInCluster(cluster, []),
    ...redirectConflicts(cluster, []),
    ...stickyConflicts(cluster, []),
  ];
}

function repetitionsInCluster(cluster: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  const members = entriesOf(fieldOf(cluster, 'members'));
  const routes = members.map(([index, member]) => ({
    path: [...path, 'members', Number(index), 'route'],
    value: fieldOf(member, 'route'),
  }));
  const idsIn = (part: string) =>
    entriesOf(fieldOf(fieldOf(cluster, part), 'keys')).map(([index, key]) => ({
      path: [...path, part, 'keys', Number(index), 'id'],
      value: fieldOf(key, 'id'),
    }));
  const names = members.map(([index, member]) => ({
    path: [...path, 'members', Number(index), fieldOf(member, 'name') === undefined ? 'route' : 'name'],
    value: fieldOf(member, 'name') ?? fieldOf(member, 'route'),
  }));
  const isNamed = members.some(([, member]) => fieldOf(member, 'name') !== undefined);
  return [
    ...(isNamed ? repeated(names, 'must differ from the names of the other members of the cluster') : []),
    ...repeated(routes, 'must differ from the routes of the other members of the cluster'),
    ...['signing', 'decisionCookie'].flatMap((part) =>
      repeated(idsIn(part), 'must differ from the ids of the other keys'),
    ),
  ];
}

/** Finds what is wrong between the parts of the gateway's options: names, paths, listeners, and in each cluster. */
export function gatewayConflicts(gateway: unknown): FoundProblem[] {
  const clusters = entriesOf(fieldOf(gateway, 'clusters'));
  const hasInternalListener = fieldOf(gateway, 'admin') !== undefined;
  return [
    ...clusters.flatMap(([name]) => nameProblem(name)),
    ...pathConflicts(clusters),
    ...enginePathConflicts(clusters, fieldOf(gateway, 'statistics')),
    ...engineListenerProblem(gateway),
    ...listenerConflicts(gateway),
    ...tlsOnSocket(gateway, []),
    ...tlsOnSocket(fieldOf(gateway, 'admin'), ['admin']),
    ...clusters.flatMap(([name, cluster]) => repetitionsInCluster(cluster, ['clusters', name])),
    ...clusters.filter(isOfHttp).flatMap(([name, cluster]) => redirectConflicts(cluster, ['clusters', name])),
    ...clusters.flatMap(([name, cluster]) => stickyConflicts(cluster, ['clusters', name])),
    ...clusters.flatMap(([name, cluster]) =>
      entranceConflicts(fieldOf(cluster, 'entrances'), {
        path: ['clusters', name, 'entrances'],
        servedBy: 'gateway',
        hasInternalListener,
      }),
    ),
  ];
}

/** Only there members may have a `redirect`. */
function isOfHttp([, cluster]: readonly [string, unknown]): boolean {
  return fieldOf(cluster, 'protocol') === 'http';
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

function engineListenerProblem(gateway: unknown): FoundProblem[] {
  const statistics = fieldOf(gateway, 'statistics');
  if (statistics === undefined || statistics === 'off' || fieldOf(gateway, 'admin') !== undefined) return [];
  const message = 'needs the internal listener: give its address as admin.listen';
  return [{ path: ['statistics'], message, found: '' }];
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

/** Clients of a Unix socket are on this machine. */
function tlsOnSocket(listener: unknown, path: readonly PropertyKey[]): FoundProblem[] {
  const [listen, tls] = [fieldOf(listener, 'listen'), fieldOf(listener, 'tls')];
  if (tls === undefined || typeof listen !== 'string' || !listen.startsWith('unix:')) return [];
  const message = 'must be left out where `listen` is a Unix socket: TLS is for connections over a network';
  return [{ path: [...path, 'tls'], message, found: '', atKey: true }];
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
