import { STATISTICS_DEFAULTS } from './defaults.ts';
import { type Claim, entriesOf, fieldOf, repeated } from './given-options.ts';
import type { FoundProblem } from './problem.ts';
import { showValue } from './show-value.ts';

/** Paths of the internal listener itself. */
const INTERNAL_PATHS: readonly string[] = ['/healthz', '/readyz'];

interface EntrancePath extends Claim {
  readonly listener: unknown;
}

/** Finds paths that two clusters or entrances of a gateway have on one listener. Looks at the options as they were given. */
export function pathConflicts(clusters: readonly [string, unknown][]): FoundProblem[] {
  const ofClusters = clusters.map(([name, cluster]) => ({
    path: ['clusters', name, 'path'],
    value: fieldOf(cluster, 'path'),
  }));
  const ofEntrances = clusters.flatMap(([name, cluster]) => entrancePaths(name, cluster));
  const onPublic = new Set<unknown>();
  return [
    ...repeated(ofClusters, 'must differ from the paths of the other clusters', onPublic),
    ...repeated(
      ofEntrances.filter(({ listener }) => listener !== 'internal'),
      'must differ from the paths of the clusters and of the other entrances',
      onPublic,
    ),
    ...repeated(
      ofEntrances.filter(({ listener }) => listener === 'internal'),
      'must differ from the other paths of the internal listener',
      new Set(INTERNAL_PATHS),
    ),
  ];
}

/** Finds paths of clusters and entrances at or below that of the statistics engine, on either listener: nobody would ever get there. */
export function enginePathConflicts(
  clusters: readonly [string, unknown][],
  statistics: unknown,
): FoundProblem[] {
  if (statistics === 'off') return [];
  const given = fieldOf(statistics, 'path');
  const engine = typeof given === 'string' ? given : STATISTICS_DEFAULTS.path;
  const ofClusters = clusters.map(([name, cluster]) => ({
    path: ['clusters', name, 'path'],
    value: fieldOf(cluster, 'path'),
  }));
  const ofEntrances = clusters.flatMap(([name, cluster]) => entrancePaths(name, cluster));
  return [...ofClusters, ...ofEntrances].flatMap(({ path, value }) => {
    const isBelow = typeof value === 'string' && `${value}/`.startsWith(`${engine}/`);
    if (!isBelow) return [];
    const message = `must not be that of the statistics engine (statistics.path, ${engine}), or below it`;
    return [{ path, message, found: showValue(value, path) }];
  });
}

function entrancePaths(name: string, cluster: unknown): EntrancePath[] {
  return entriesOf(fieldOf(cluster, 'entrances')).map(([index, entrance]) => ({
    path: ['clusters', name, 'entrances', Number(index), 'path'],
    value: fieldOf(entrance, 'path'),
    listener: fieldOf(entrance, 'listener'),
  }));
}
