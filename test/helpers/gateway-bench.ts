import { afterEach } from '@jest/globals';
import type { Clock } from '../../lib/clock.ts';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { AdminOptions, GatewayClusterOptions, GatewayOptions } from '../../lib/config/options.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { BalancerBench, type Farm } from './balancer-bench.ts';
import { collectingLogger, type LogLine } from './collecting-logger.ts';
import { FakeClock } from './fake-clock.ts';
import { until } from './until.ts';

/** Where a gateway of one cluster serves it. */
export const CLUSTER_PATH = '/search.pz2';

/** A gateway that listens, with what it logged. */
export interface StartedGateway {
  readonly gateway: Gateway;
  /** Origins of the two listeners. */
  readonly url: string;
  readonly internal: string;
  readonly lines: readonly LogLine[];
}

/** What a gateway may be given beside its listeners and clusters. */
export type GatewayChanges = Partial<Omit<UnplacedOptions, 'clusters'>>;

/** Options of a gateway, but for where it listens. */
export type UnplacedOptions = Omit<GatewayOptions, 'listen' | 'admin'> & {
  readonly admin?: Omit<AdminOptions, 'listen'>;
};

/** A gateway of one cluster, and all that belongs to it. */
export interface StartedCluster extends StartedGateway, Farm {
  /** Where the cluster is served. */
  readonly endpoint: string;
  readonly options: UnplacedOptions;
}

/** Makes gateways beside all that a `BalancerBench` makes. */
export class GatewayBench extends BalancerBench {
  /** A gateway on free ports, with both listeners. */
  async gateway(options: UnplacedOptions, clock?: Clock): Promise<StartedGateway> {
    const { logger, lines } = collectingLogger();
    const gateway = new Gateway(checkGatewayOptions(onFreePorts(options)), { logger, clock });
    await gateway.start();
    this.also(() => stopped(gateway, clock));
    const { public: open, internal } = gateway.addresses;
    return {
      gateway,
      url: origin(options.tls, open),
      internal: origin(options.admin?.tls, internal),
      lines,
    };
  }

  /** A gateway of one cluster before so many simulators. */
  async oneCluster(count = 1, changes: GatewayChanges = {}, clock?: Clock): Promise<StartedCluster> {
    const farm = await this.farm(count);
    const options = { ...changes, clusters: { main: { path: CLUSTER_PATH, members: farm.members } } };
    const started = await this.gateway(options, clock);
    return { ...started, ...farm, options, endpoint: `${started.url}${CLUSTER_PATH}` };
  }
}

function origin(tls: object | undefined, address: string): string {
  return `${tls === undefined ? 'http' : 'https'}://${address}`;
}

/** Options with listeners on free ports. Nobody is probed unless the options ask for it. */
export function onFreePorts(options: UnplacedOptions): GatewayOptions {
  const listen = '127.0.0.1:0';
  const clusters = Object.entries(options.clusters).map(([name, cluster]) => [
    name,
    { health: 'off', ...cluster },
  ]);
  return {
    shutdownTimeout: '1s',
    ...options,
    clusters: Object.fromEntries(clusters) as GatewayOptions['clusters'],
    listen,
    admin: { ...options.admin, listen },
  };
}

/** Options of a gateway that serves one cluster at `CLUSTER_PATH` and believes proxies on this machine. */
export function ofOneCluster(cluster: Omit<GatewayClusterOptions, 'path'>): UnplacedOptions {
  return { trustProxy: 'loopback', clusters: { main: { path: CLUSTER_PATH, ...cluster } } };
}

/** The head line with which a proxy in front says who its client is. */
export function clientAt(address: string): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { 'X-Forwarded-For': address } };
}

/** A bench for the tests of one file or `describe`. */
export function useGatewayBench(): GatewayBench {
  const bench = new GatewayBench();
  afterEach(() => bench.stopAll());
  return bench;
}

/** On a clock that stands still running requests would go on for ever. */
async function stopped(gateway: Gateway, clock: Clock | undefined): Promise<void> {
  let isStopped = false;
  const stop = gateway.stop().then(() => (isStopped = true));
  await until(() => {
    if (clock instanceof FakeClock) clock.advance(1000);
    return isStopped;
  });
  await stop;
}
