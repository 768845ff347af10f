import { afterEach } from '@jest/globals';
import type { Clock } from '../../lib/clock.ts';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { BalancerBench } from './balancer-bench.ts';
import { collectingLogger, type LogLine } from './collecting-logger.ts';

/** A gateway that listens, with what it logged. */
export interface StartedGateway {
  readonly gateway: Gateway;
  /** Origins of the two listeners. */
  readonly url: string;
  readonly internal: string;
  readonly lines: readonly LogLine[];
}

/** Makes gateways beside all that a `BalancerBench` makes. */
export class GatewayBench extends BalancerBench {
  /** A gateway on free ports, with both listeners. */
  async gateway(options: Omit<GatewayOptions, 'listen' | 'admin'>, clock?: Clock): Promise<StartedGateway> {
    const { logger, lines } = collectingLogger();
    const gateway = new Gateway(checkGatewayOptions(onFreePorts(options)), { logger, clock });
    await gateway.start();
    this.also(() => gateway.stop());
    const { public: open, internal } = gateway.addresses;
    return { gateway, url: `http://${open}`, internal: `http://${internal}`, lines };
  }
}

/** Options with listeners on free ports. */
export function onFreePorts(options: Omit<GatewayOptions, 'listen' | 'admin'>): GatewayOptions {
  return { shutdownTimeout: '1s', ...options, listen: '127.0.0.1:0', admin: { listen: '127.0.0.1:0' } };
}

/** A bench for the tests of one file or `describe`. */
export function useGatewayBench(): GatewayBench {
  const bench = new GatewayBench();
  afterEach(() => bench.stopAll());
  return bench;
}
