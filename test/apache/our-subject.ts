import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Timer } from '../../lib/clock.ts';
import { checkHttpClusterOptions } from '../../lib/config/check.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { clientOrigin } from '../../lib/gateway/client-origin.ts';
import { balancer } from '../../middleware/balancer.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { translate } from './http-cluster-options.ts';
import type { Subject } from './replay.ts';
import type { VectorBackends } from './vector-backends.ts';
import type { VectorConfig } from './vectors.ts';

/** Our balancer, configured as a scenario has it as far as there are options for it. Its time stands still but for what steps let pass. */
export async function ourSubject(config: VectorConfig, backends: VectorBackends): Promise<Subject> {
  const { options, path } = translate(config, backends);
  const clock = new StandingClock();
  const balancing = new Balancer(checkHttpClusterOptions(options), { clock });
  const served = path === '/' ? '' : path;
  const mount = { path: served, inTarget: served };
  const subject = await serve(
    (request, response) => {
      balancing.handle(request, response, { ...clientOrigin(request, () => false), mount });
    },
    () => balancing.close(),
  );
  const routeOf = (id: string): string => config.members.find((member) => member.id === id)?.route ?? '';
  for (const { id, status = '' } of config.members) {
    if (status.includes('C')) {
      balancing.farm.cluster.byRoute(routeOf(id))?.state.setHealth('down', 'as the scenario has it');
    }
  }
  backends.onHang = () => clock.advance(Number.parseInt(String(timeoutOf(config)), 10) * 1000);
  return {
    ...subject,
    sleep: (milliseconds) => clock.advance(milliseconds),
    setStopped: (id, stopped) => balancing.members.setState(routeOf(id), stopped ? 'stopped' : 'enabled'),
  };
}

/** The middleware as an application mounts it, on plain Node. */
export async function middlewareSubject(config: VectorConfig, backends: VectorBackends): Promise<Subject> {
  const handler = balancer(translate(config, backends).options);
  return serve(handler, () => handler.close());
}

async function serve(handler: RequestListener, close: () => Promise<void>): Promise<Subject> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await close();
    },
  };
}

/** Apache's default is 60 seconds. */
function timeoutOf({ members }: VectorConfig): number | string {
  return members.flatMap(({ timeout }) => timeout ?? [])[0] ?? 60;
}

/** Time stands still, but what is due at once happens. */
class StandingClock extends FakeClock {
  override setTimeout(callback: () => void, delay: number): Timer {
    const timer = super.setTimeout(callback, delay);
    if (delay === 0) setImmediate(() => this.advance(0));
    return timer;
  }
}
