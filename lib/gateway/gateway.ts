import type { IncomingMessage, RequestListener } from 'node:http';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { GatewayConfig, TlsConfig } from '../config/config.ts';
import { formatListenAddress } from '../config/listen-address.ts';
import { silentLogger } from '../observability/logger.ts';
import type { Logger } from '../observability/logger.ts';
import type { BalancerSurroundings } from './balancer.ts';
import type { ConnectionCounts } from './client-connections.ts';
import { GatewayStatistics } from './gateway-statistics.ts';
import { HttpServer } from './http-server.ts';
import { ListenerCertificate } from './listener-certificate.ts';
import { internalHandler } from './internal-handler.ts';
import { clusterHandler, hostOf } from './cluster-handler.ts';
import { ServedClusters } from './served-clusters.ts';
import type { MirrorPeerSnapshot } from '../statistics/mirror.ts';
import type { ClusterSnapshot } from './snapshot.ts';
import { trustsProxy } from './trust-proxy.ts';

type TlsOption = 'tls' | 'admin.tls';

/** The gateway program without its process: clusters behind a public listener, and an internal one. */
export class Gateway {
  /** The handler of the public listener, for a server that has more to serve than the clusters. */
  readonly handler: RequestListener;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #clusters: ServedClusters;
  readonly #public: HttpServer;
  readonly #internal: HttpServer;
  readonly #statistics: GatewayStatistics;
  readonly #certificates = new Map<TlsOption, ListenerCertificate>();
  #config: GatewayConfig;
  #ready = false;
  #stopped: Promise<void> | undefined;

  constructor(config: GatewayConfig, surroundings: BalancerSurroundings = {}) {
    this.#logger = surroundings.logger ?? silentLogger;
    this.#clock = surroundings.clock ?? systemClock;
    this.#config = config;
    this.#clusters = new ServedClusters({ ...surroundings, logger: this.#logger, clock: this.#clock });
    this.#clusters.apply(config.clusters);
    let trusts = trustsProxy(config.trustProxy);
    let trustedFor = config;
    const routes = {
      logger: this.#logger,
      find: (path: string, request: IncomingMessage) =>
        (this.#config.farmHosts ? this.#clusters.findByHost(hostOf(request)) : undefined) ??
        this.#clusters.find(path),
      steered: (...place: Parameters<ServedClusters['steered']>) => this.#clusters.steered(...place),
      compress: () => this.#config.compress,
      trusts: (address: string, hop: number) => {
        if (trustedFor !== this.#config) trusts = trustsProxy((trustedFor = this.#config).trustProxy);
        return trusts(address, hop);
      },
    };
    this.#statistics = new GatewayStatistics(
      {
        farms: () => this.#clusters.farms(),
        clock: this.#clock,
        logger: this.#logger,
        trusts: routes.trusts,
      },
      config.statistics,
    );
    this.handler = this.#statistics.onPublic(clusterHandler(routes));
    this.#public = this.#listener('tls', config.tls, this.handler);
    const internalRoutes = { ...routes, find: (path: string) => this.#clusters.find(path, 'internal') };
    const internal = internalHandler({ isReady: () => this.#ready }, clusterHandler(internalRoutes));
    this.#internal = this.#listener('admin.tls', config.admin?.tls, this.#statistics.onInternal(internal));
  }

  /** Addresses that are listened on, as one writes them; empty before `start`. */
  get addresses(): { readonly public: string; readonly internal: string } {
    return { public: this.#public.address, internal: this.#internal.address };
  }

  /**
   * Opens the listeners and begins to watch over the members. Ready is the gateway when its clusters are as well.
   *
   * @throws the error of `listen` (EADDRINUSE, EACCES, …); nothing stays open then
   */
  async start(): Promise<void> {
    if (this.#config.admin !== undefined) await this.#internal.listen(this.#config.admin.listen);
    try {
      await this.#public.listen(this.#config.listen);
    } catch (error) {
      if (this.#config.admin !== undefined) await this.#internal.stop(0);
      throw error;
    }
    for (const certificate of this.#certificates.values()) certificate.watch();
    void this.#clusters.start().then(() => (this.#ready = this.#stopped === undefined));
  }

  /**
   * Takes a new configuration while requests go on.
   *
   * @returns the options whose change needs a restart
   */
  apply(config: GatewayConfig): string[] {
    const before = this.#config;
    this.#clusters.apply(config.clusters);
    this.#statistics.apply(config.statistics);
    this.#config = { ...config, listen: before.listen, tls: before.tls, admin: before.admin };
    if (config.tls !== undefined) this.#certificates.get('tls')?.replace(config.tls);
    if (config.admin?.tls !== undefined) this.#certificates.get('admin.tls')?.replace(config.admin.tls);
    for (const listener of [this.#public, this.#internal]) listener.limit(config.clients);
    return changedListeners(before, config);
  }

  /** Of the public listener. */
  get connections(): ConnectionCounts {
    return this.#public.connections;
  }

  /** How it stands with the statistics engines that mirror this gateway's. */
  get mirrorPeers(): readonly MirrorPeerSnapshot[] {
    return this.#statistics.peers;
  }

  snapshot(): readonly ClusterSnapshot[] {
    return this.#clusters.snapshots();
  }

  /** Stops in peace: not ready at once, no new connections after `shutdownDelay`, the end of running requests or `shutdownTimeout`. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** A listener that is not open yet. */
  #listener(option: TlsOption, tls: TlsConfig | undefined, handler: RequestListener): HttpServer {
    const [clock, logger] = [this.#clock, this.#logger];
    const server = new HttpServer(handler, clock, { clients: this.#config.clients, tls });
    if (tls !== undefined) {
      const renew = (renewed: TlsConfig): void => server.renewCertificate(renewed);
      this.#certificates.set(option, new ListenerCertificate(tls, { option, clock, logger, renew }));
    }
    return server;
  }

  async #stop(): Promise<void> {
    this.#ready = false;
    for (const certificate of this.#certificates.values()) certificate.close();
    const { shutdownDelay, shutdownTimeout, admin } = this.#config;
    if (shutdownDelay > 0) {
      await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, shutdownDelay));
    }
    await this.#public.stop(shutdownTimeout);
    await this.#clusters.close();
    await this.#statistics.close();
    if (admin !== undefined) await this.#internal.stop(0);
    this.#logger.info({}, 'stopped');
  }
}

function changedListeners(before: GatewayConfig, after: GatewayConfig): string[] {
  const changed: string[] = [];
  if (publicAddress(before) !== publicAddress(after)) changed.push('listen');
  if (internalAddress(before) !== internalAddress(after)) changed.push('admin.listen');
  changed.push(...changedTls('tls', before.tls, after.tls));
  if (before.admin !== undefined && after.admin !== undefined) {
    changed.push(...changedTls('admin.tls', before.admin.tls, after.admin.tls));
  }
  return changed;
}

function changedTls(
  option: TlsOption,
  before: TlsConfig | undefined,
  after: TlsConfig | undefined,
): string[] {
  if ((before === undefined) !== (after === undefined)) return [option];
  return (before?.ca === undefined) === (after?.ca === undefined) ? [] : [`${option}.ca`];
}

function publicAddress(config: GatewayConfig): string {
  return formatListenAddress(config.listen);
}

function internalAddress(config: GatewayConfig): string {
  return config.admin === undefined ? '' : formatListenAddress(config.admin.listen);
}
