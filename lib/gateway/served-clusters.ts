import type { IncomingMessage } from 'node:http';
import type { Clock, Timer } from '../clock.ts';
import type { EntranceConfig, GatewayClusterConfig } from '../config/config.ts';
import type { Farm } from '../statistics/farm.ts';
import type { Logger } from '../observability/logger.ts';
import { farmByHost } from '../protocol/http/farm-host.ts';
import { logAccess } from './access-log.ts';
import { Balancer } from './balancer.ts';
import type { BalancerSurroundings } from './balancer.ts';
import type { ClientOrigin, MountPlace } from './client-origin.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** What is served at a path. */
export interface ServedPath {
  readonly balancer: Balancer;
  /** The entrance that has this path; undefined for the cluster's own path. */
  readonly entrance: EntranceConfig | undefined;
  readonly mount: MountPlace;
}

type Listener = EntranceConfig['listener'];

interface ServedCluster {
  readonly balancer: Balancer;
  config: GatewayClusterConfig;
  /** Runs while the cluster is on its way out. */
  leaving: Timer | undefined;
}

/** The clusters of a gateway by name and by path. */
export class ServedClusters {
  readonly #surroundings: BalancerSurroundings & { readonly logger: Logger; readonly clock: Clock };
  readonly #byName = new Map<string, ServedCluster>();
  readonly #byPath: Readonly<Record<Listener, Map<string, ServedPath>>> = {
    public: new Map(),
    internal: new Map(),
  };
  #started = false;

  constructor(surroundings: BalancerSurroundings & { readonly logger: Logger; readonly clock: Clock }) {
    this.#surroundings = surroundings;
  }

  /** What is served at this path, or at one that it lies below. */
  find(path: string, listener: Listener = 'public'): ServedPath | undefined {
    const paths = this.#byPath[listener];
    const exact = paths.get(path);
    if (exact !== undefined) return exact;
    for (const [mount, served] of paths) {
      if (mount === '/' || path.startsWith(`${mount}/`)) return served;
    }
    return undefined;
  }

  /** The same place, served by the cluster that a backend prefers for this client, where there is one and it has room. */
  steered(served: ServedPath, request: IncomingMessage, client: ClientOrigin): ServedPath {
    const name = served.balancer.decidedFarm(request, client);
    if (name === undefined) return served;
    const other = this.#byName.get(name);
    const isKnown = other?.leaving === undefined && other?.balancer.protocol === 'http';
    const ignored = !isKnown
      ? 'no such farm'
      : other.balancer.takesNewSessions
        ? undefined
        : 'farm takes no new sessions';
    served.balancer.decisionTaken(ignored);
    return other === undefined || ignored !== undefined ? served : { ...served, balancer: other.balancer };
  }

  /** Begins to watch over the members of all clusters, also of those to come. Resolves when the clusters of now are ready for new sessions. */
  async start(): Promise<void> {
    this.#started = true;
    await Promise.all([...this.#byName.values()].map(({ balancer }) => balancer.start()));
  }

  /** The clusters as the statistics engine sees them. */
  farms(): Farm[] {
    return [...this.#byName.values()].map(({ balancer }) => balancer.farm);
  }

  /** The cluster of protocol `http` whose name is this host, with the whole path. */
  findByHost(host: string | undefined): ServedPath | undefined {
    const farms = [...this.#byName].filter(([, { config }]) => config.protocol === 'http');
    const name = farmByHost(
      host,
      farms.map(([farm]) => farm),
    );
    const balancer = name === undefined ? undefined : this.#byName.get(name)?.balancer;
    return balancer && { balancer, entrance: undefined, mount: mountAt('/') };
  }

  snapshots(): ClusterSnapshot[] {
    return [...this.#byName.values()].map(({ balancer }) => balancer.snapshot());
  }

  /** Serves these clusters. One that is known by name is changed in place; one that is missing drains and then goes. */
  apply(configs: readonly GatewayClusterConfig[]): void {
    const names = new Set(configs.map(({ name }) => name));
    for (const config of configs) this.#serve(config);
    for (const [name, cluster] of this.#byName) {
      if (!names.has(name)) this.#retire(name, cluster);
    }
    this.#mapPaths();
  }

  async close(): Promise<void> {
    const clusters = [...this.#byName.values()];
    for (const { leaving } of clusters) leaving?.cancel();
    await Promise.all(clusters.map(({ balancer }) => balancer.close()));
  }

  #serve(config: GatewayClusterConfig): void {
    const known = this.#byName.get(config.name);
    if (known !== undefined) {
      known.leaving?.cancel();
      known.leaving = undefined;
      known.config = config;
      known.balancer.apply(config);
      return;
    }
    const balancer = new Balancer(config, this.#surroundings);
    logAccess(balancer.events, this.#surroundings.logger, config.name);
    this.#byName.set(config.name, { balancer, config, leaving: undefined });
    if (this.#started) void balancer.start();
  }

  #retire(name: string, cluster: ServedCluster): void {
    if (cluster.leaving !== undefined) return;
    cluster.balancer.members.apply([]);
    cluster.leaving = this.#surroundings.clock.setTimeout(() => {
      this.#byName.delete(name);
      this.#mapPaths();
      void cluster.balancer.close();
    }, cluster.config.removeAfter);
  }

  /** Longer paths first, so that the most exact one wins. Of two with one path the one that stays wins. */
  #mapPaths(): void {
    const clusters = [...this.#byName.values()];
    const ordered = [
      ...clusters.filter(({ leaving }) => leaving !== undefined),
      ...clusters.filter(({ leaving }) => leaving === undefined),
    ];
    for (const listener of ['public', 'internal'] as const) {
      const paths = ordered.flatMap((cluster) => pathsOf(cluster, listener));
      this.#byPath[listener].clear();
      for (const [path, served] of [...new Map(paths)].sort(longestFirst)) {
        this.#byPath[listener].set(path, served);
      }
    }
  }
}

function pathsOf({ balancer, config }: ServedCluster, listener: Listener): [string, ServedPath][] {
  const own: [string, ServedPath][] =
    listener === 'public'
      ? [[config.path, { balancer, entrance: undefined, mount: mountAt(config.path) }]]
      : [];
  const entrances = config.entrances.flatMap((entrance): [string, ServedPath][] =>
    entrance.path !== undefined && entrance.listener === listener
      ? [[entrance.path, { balancer, entrance, mount: mountAt(entrance.path) }]]
      : [],
  );
  return [...own, ...entrances];
}

function mountAt(path: string): MountPlace {
  const prefix = path === '/' ? '' : path;
  return { path: prefix, inTarget: prefix };
}

function longestFirst([a]: [string, ServedPath], [b]: [string, ServedPath]): number {
  return b.length - a.length;
}
