import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PazparSimulator } from '../../lib/simulator/index.ts';
import { createShim } from '../../shim/index.ts';
import type { Mountable } from '../../shim/index.ts';

interface Place {
  readonly route: string;
  readonly port: number;
  readonly simulator: PazparSimulator;
  readonly shim: Mountable;
  readonly server: Server;
}

/** Legacy servers that know nothing of routes, each behind a shim that gives it one. */
export class ShimmedFarm {
  readonly places: readonly Place[];

  private constructor(places: readonly Place[]) {
    this.places = places;
  }

  static async start(routes: readonly string[]): Promise<ShimmedFarm> {
    return new ShimmedFarm(await Promise.all(routes.map((route) => startPlace(route))));
  }

  /** Requests that reached each server: its route, and the request line. */
  get requests(): readonly { readonly route: string; readonly line: string }[] {
    return this.places.flatMap(({ route, simulator }) =>
      simulator.requests.map(({ head }) => ({ route, line: head.slice(0, head.indexOf('\r\n')) })),
    );
  }

  async stop(): Promise<void> {
    for (const { server, shim, simulator } of this.places) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await shim.close();
      await simulator.stop();
    }
  }
}

async function startPlace(route: string): Promise<Place> {
  const simulator = await PazparSimulator.start({ remembered: 10_000 });
  const shim = createShim({ backend: simulator.url, serverId: route });
  const server = createServer(shim);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { route, port: (server.address() as AddressInfo).port, simulator, shim, server };
}
