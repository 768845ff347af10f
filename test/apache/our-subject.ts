import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Timer } from '../../lib/clock.ts';
import { checkHttpClusterOptions } from '../../lib/config/check.ts';
import { noteExpectation } from '../../lib/forward/expectation.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { clientOrigin } from '../../lib/gateway/client-origin.ts';
import { balancer } from '../../middleware/balancer.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { translate } from './http-cluster-options.ts';
import { managedConfig, stateOf } from './manager-form.ts';
import type { Counters, Subject } from './replay.ts';
import type { VectorBackends } from './vector-backends.ts';
import type { VectorConfig } from './vectors.ts';

/** Our balancer, configured as a scenario has it as far as there are options for it. Its time stands still but for what steps let pass. */
export async function ourSubject(config: VectorConfig, backends: VectorBackends): Promise<Subject> {
  const { options, path } = translate(config, backends);
  let managed = config;
  let inFlight = 0;
  const clock = new StandingClock();
  const balancing = new Balancer(checkHttpClusterOptions(options), { clock });
  const served = path === '/' ? '' : path;
  const mount = { path: served, inTarget: served };
  balancing.events.on('finished', () => {
    inFlight -= 1;
  });
  const subject = await serve(
    (request, response) => {
      inFlight += 1;
      noteExpectation(request, response);
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
    manage: (form) => {
      const state = stateOf(form);
      if (state !== undefined) {
        balancing.members.setState(routeOf(form['w'] ?? ''), state);
        return;
      }
      managed = managedConfig(managed, form);
      balancing.apply(checkHttpClusterOptions(translate(managed, backends).options));
    },
    counters: () => countersOf(balancing),
    inFlight: () => inFlight,
  };
}

/** The middleware as an application mounts it, on plain Node. */
export async function middlewareSubject(config: VectorConfig, backends: VectorBackends): Promise<Subject> {
  const handler = balancer(translate(config, backends).options);
  return serve(handler, () => handler.close());
}

async function serve(handler: RequestListener, close: () => Promise<void>): Promise<Subject> {
  // As the gateway does it: what a client expects is the member's to say.
  const server = createServer(handler).on('checkContinue', handler).listen(0, '127.0.0.1');
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

function countersOf(balancing: Balancer): Counters {
  const { members, lbMethod } = balancing.snapshot();
  return {
    lbstatus: lbMethod === 'bytraffic' ? undefined : members.map(({ standing }) => standing),
    elected: members.map(({ elected }) => elected),
    busy: members.map(({ busy }) => busy),
    transferred: members.map(({ bytesSent }) => bytesSent),
    read: members.map(({ bytesReceived }) => bytesReceived),
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
