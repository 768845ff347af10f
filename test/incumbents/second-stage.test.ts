import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { PazparSimulator, type LoggedRequest } from '../../lib/simulator/index.ts';
import { describeIncumbent } from '../helpers/describe-incumbent.ts';
import { startIncumbent, type Incumbent, type IncumbentServer, type Place } from '../helpers/incumbents.ts';
import { PazparSession } from '../helpers/pazpar-session.ts';
import { until } from '../helpers/until.ts';
import { apacheInFrontOf } from './apache.ts';
import { nginxInFrontOf } from './nginx.ts';
import { ENDPOINT } from './sticky-member.ts';

interface Front {
  readonly name: Incumbent;
  readonly configure: (port: number) => (place: Place) => string;
  /** Apache looks after its client only when it has something to write. */
  readonly passesAborts: boolean;
}

const FRONTS: readonly Front[] = [
  { name: 'apache2', configure: apacheInFrontOf, passesAborts: false },
  { name: 'nginx', configure: nginxInFrontOf, passesAborts: true },
];

for (const { name, configure, passesAborts } of FRONTS) {
  describeIncumbent(name, () => {
    let simulators: readonly PazparSimulator[] = [];
    let gateway: Gateway;
    let front: IncumbentServer;

    beforeAll(async () => {
      simulators = await Promise.all([startSlowSimulator(), startSlowSimulator()]);
      gateway = new Gateway(
        checkGatewayOptions({
          listen: '127.0.0.1:0',
          trustProxy: 'loopback',
          shutdownTimeout: '100ms',
          clusters: {
            library: {
              path: ENDPOINT,
              members: simulators.map(({ url }, index) => ({ url, route: `pz${index + 1}` })),
            },
          },
        }),
      );
      await gateway.start();
      front = await startIncumbent(name, configure(gatewayPort()));
    });

    afterAll(async () => {
      await front?.stop();
      await gateway?.stop();
      for (const simulator of simulators) await simulator.stop();
    });

    beforeEach(() => simulators.forEach((simulator) => simulator.clearRequests()));

    test('members hear of the client, because the gateway believes the proxy in front', async () => {
      const session = await begin();
      await session.send('ping', '', { headers: { 'x-forwarded-for': '203.0.113.7' } });
      const forwarded = requests('ping').map(({ head }) => /^x-forwarded-for: (.*)$/im.exec(head)?.[1]);
      expect(forwarded).toEqual(['203.0.113.7, 127.0.0.1, 127.0.0.1']);
    });

    test('connections to the gateway are kept and serve one request after the other', async () => {
      const session = await begin();
      const connections = await gatewayConnections(async () => {
        for (let count = 0; count < 60; count++) expect(await session.send('ping')).toBe(200);
      });
      // Each of Apache's 16 processes keeps connections of its own.
      expect(connections.size).toBeLessThanOrEqual(16);
    });

    test(`a client that leaves ${passesAborts ? 'frees' : 'keeps'} its place at Pazpar2 ${passesAborts ? 'at once' : 'until it is answered'}`, async () => {
      const session = await begin();
      await session.send('search', '&query=history');
      const connections = openConnections();
      const leaving = new AbortController();
      const first = session.send('show', '&block=1', { signal: leaving.signal });
      await until(() => requests('show').length === 1);
      leaving.abort();
      await expect(first).rejects.toThrow('abort');

      if (passesAborts) await until(() => openConnections() === connections);
      // While somebody has the place, Pazpar2 answers another one with an error at once.
      const second = session.send('show', '&block=1&report=1');
      await until(() => requests('show').length === 2);
      await session.send('stop');
      expect(await second).toBe(passesAborts ? 200 : 417);
      await until(() => openConnections() <= connections + 1);
    });

    function begin(): Promise<PazparSession> {
      return PazparSession.begin(`http://127.0.0.1:${front.port}${ENDPOINT}`);
    }

    function requests(command: string): readonly LoggedRequest[] {
      return simulators
        .flatMap((simulator) => simulator.requests)
        .filter((request) => request.command === command);
    }

    function openConnections(): number {
      return simulators.reduce((sum, { counters }) => sum + counters.connectionsOpen, 0);
    }

    function gatewayPort(): number {
      return Number(gateway.addresses.public.split(':').at(-1));
    }

    /** The connections on which requests reached the gateway meanwhile. */
    async function gatewayConnections(action: () => Promise<void>): Promise<ReadonlySet<Socket>> {
      const connections = new Set<Socket>();
      const record = (message: unknown): void => {
        const { server, socket } = message as { server: Server; socket: Socket; request: IncomingMessage };
        const address = server.address();
        if (typeof address === 'object' && address?.port === gatewayPort()) connections.add(socket);
      };
      subscribe('http.server.request.start', record);
      await action();
      unsubscribe('http.server.request.start', record);
      return connections;
    }
  });
}

/** Its targets answer nothing for as long as a test may last, so that blocking requests block. */
function startSlowSimulator(): Promise<PazparSimulator> {
  return PazparSimulator.start({ latency: [60_000, 60_000] });
}
