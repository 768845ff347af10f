import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions, MemberOptions } from '../../lib/config/options.ts';
import { Balancer, type BalancerSurroundings } from '../../lib/gateway/balancer.ts';
import { clientOrigin } from '../../lib/gateway/client-origin.ts';
import type { PazparSimulator, SimulatorOptions } from '../../lib/simulator/index.ts';
import { recordEvents, type RecordedEvents } from './event-recorder.ts';
import { RawConnection } from './raw-connection.ts';
import { ScriptedBackend, type BackendOptions } from './scripted-backend.ts';
import { originOf, Started } from './started.ts';

/** A balancer behind a plain HTTP server, and what it reported. */
export interface ServedBalancer {
  readonly balancer: Balancer;
  /** Address of the endpoint, without query. */
  readonly url: string;
  readonly events: RecordedEvents;
  /** Of `Balancer.start`. */
  readonly ready: Promise<void>;
}

/** Simulators and the members that they are: routes pz1, pz2, … */
export interface Farm {
  readonly simulators: readonly PazparSimulator[];
  readonly members: readonly MemberOptions[];
}

/** Makes members, balancers, servers and clients for one test, and takes them down after it. */
export class BalancerBench extends Started {
  async farm(count: number, options: SimulatorOptions = {}): Promise<Farm> {
    const simulators = await Promise.all(Array.from({ length: count }, () => this.simulator(options)));
    const members = simulators.map((simulator, index) => memberOf(simulator, `pz${index + 1}`));
    return { simulators, members };
  }

  async backend(options: BackendOptions = {}): Promise<ScriptedBackend> {
    const backend = await ScriptedBackend.listen(options);
    this.also(() => backend.stop());
    return backend;
  }

  /** Serves a handler on 127.0.0.1 and gives the origin. */
  async serve(handler: RequestListener, options: ServerOptions = {}): Promise<string> {
    const server = createServer(options, handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.also(() => closeServer(server));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Nobody is probed unless the options ask for it. */
  async balancer(options: ClusterOptions, surroundings: BalancerSurroundings = {}): Promise<ServedBalancer> {
    const balancer = new Balancer(checkClusterOptions({ health: 'off', ...options }), surroundings);
    this.also(() => balancer.close());
    const events = recordEvents(balancer.events);
    const ready = balancer.start();
    const origin = await this.serve((request, response) => {
      balancer.handle(
        request,
        response,
        clientOrigin(request, () => false),
      );
    });
    return { balancer, url: `${origin}/search.pz2`, events, ready };
  }

  /** A connection to the server of a URL. */
  async connect(url: string): Promise<RawConnection> {
    const connection = await RawConnection.open(portOf(url));
    this.also(() => Promise.resolve(connection.close()));
    return connection;
  }
}

/** A bench for the tests of one file or `describe`. */
export function useBalancerBench(): BalancerBench {
  const bench = new BalancerBench();
  afterEach(() => bench.stopAll());
  return bench;
}

export function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** A simulator as a member. */
export function memberOf(simulator: PazparSimulator, route: string): MemberOptions {
  return { url: originOf(simulator), route };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
