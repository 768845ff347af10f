import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PazparSimulator } from '../../lib/simulator/index.ts';
import { pazpar2Balancer } from '../../middleware/index.ts';
import { createShim } from '../../shim/index.ts';

describe('an init that a proxy before a member turns away', () => {
  const cleanups: (() => unknown)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function listen(handler: RequestListener): Promise<string> {
    const server: Server = createServer(handler).listen(0, '127.0.0.1');
    cleanups.push(() => (server.close(), server.closeAllConnections()));
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function simulator(): Promise<PazparSimulator> {
    const started = await PazparSimulator.start();
    cleanups.push(() => started.stop());
    return started;
  }

  /** A balancer before members pz1, pz2…; gives its address and itself. */
  async function balancerOf(...urls: readonly string[]) {
    const members = urls.map((url, place) => ({ url, route: `pz${place + 1}`, direct: false }));
    const balancer = pazpar2Balancer({ members, health: 'off' });
    cleanups.push(() => balancer.close());
    return { balancer, origin: await listen(balancer) };
  }

  test('goes to another member, and the next ones leave that shim alone', async () => {
    const [dead, alive] = [await simulator(), await simulator()];
    const shim = createShim({ backend: dead.url, serverId: 'pz1' });
    cleanups.push(() => shim.close());
    await dead.stop();
    const { balancer, origin } = await balancerOf(await listen(shim), alive.url);
    for (let count = 0; count < 4; count++) {
      expect(await init(origin)).toEqual({ status: 200, route: 'pz2' });
    }
    expect(balancer.snapshot().members.map(({ requests, failures }) => [requests, failures])).toEqual([
      [1, 1],
      [4, 0],
    ]);
  });

  test.each([502, 503, 504])('goes elsewhere after status %i', async (status) => {
    const proxy = await listen((_, response) => response.writeHead(status).end('<html>sorry</html>'));
    const { origin } = await balancerOf(proxy, (await simulator()).url);
    expect(await init(origin)).toEqual({ status: 200, route: 'pz2' });
  });

  test('passes any other answer on', async () => {
    const proxy = await listen((_, response) => response.writeHead(500).end('broken'));
    const { origin } = await balancerOf(proxy, (await simulator()).url);
    expect(await init(origin)).toEqual({ status: 500, route: '' });
  });

  test('is tried on one other member at most, and then answered with 503', async () => {
    const seen: string[] = [];
    const proxy = (name: string): Promise<string> =>
      listen((_, response) => {
        seen.push(name);
        response.writeHead(503).end();
      });
    const { origin } = await balancerOf(await proxy('a'), await proxy('b'), await proxy('c'));
    expect(await init(origin)).toEqual({ status: 503, route: '' });
    expect(seen).toEqual(['a', 'b']);
  });

  test('stays there with settings, which may be what the Pazpar2 behind the proxy died of', async () => {
    const proxy = await listen((_, response) => response.writeHead(503).end());
    const other = await simulator();
    const members = [
      { url: proxy, route: 'pz1', direct: false },
      { url: other.url, route: 'pz2' },
    ];
    const balancer = pazpar2Balancer({ members, policy: 'trusted', health: 'off' });
    cleanups.push(() => balancer.close());
    expect((await init(await listen(balancer), '&pz:name[x]=y')).status).toBe(503);
    expect(other.counters.inits).toBe(0);
  });
});

/** Asks for a session; gives the status and the server that the session value names. */
async function init(origin: string, parameters = ''): Promise<{ status: number; route: string }> {
  const response = await fetch(`${origin}/?command=init${parameters}`);
  const route = /<session>\d+\.(\w+)<\/session>/.exec(await response.text())?.[1] ?? '';
  return { status: response.status, route };
}
