import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { balancer } from '../../middleware/index.ts';
import type { GatewayClusterOptions } from '../../lib/config/options.ts';
import type { HttpGatewayClusterOptions } from '../../lib/config/http-options.ts';
import { portOf } from '../helpers/balancer-bench.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();

/** An opening handshake; the member never looks at the key. */
const handshake = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: lb.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`;

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: lb.test\r\n\r\n`;

interface WebSocketMember {
  readonly url: string;
  readonly route: string;
  readonly sockets: Socket[];
  /** Request lines. */
  readonly asked: string[];
}

/** A member that switches to a protocol in which it sends back what it gets, and says who it is first. */
async function echoing(route: string, answer?: RequestListener): Promise<WebSocketMember> {
  const sockets: Socket[] = [];
  const asked: string[] = [];
  const server = createServer(answer ?? ((_request, response) => response.end(route)));
  server.on('upgrade', (request, socket: Socket, head) => {
    asked.push(request.url ?? '');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-By: me\r\n\r\n',
    );
    socket.write(`${route}:`);
    if (head.length > 0) socket.write(head);
    socket.pipe(socket);
  });
  return {
    url: await listen(server, () => sockets.forEach((socket) => socket.destroy())),
    route,
    sockets,
    asked,
  };
}

async function listen(server: Server, before: () => void = () => undefined): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  bench.also(async () => {
    before();
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function connect(url: string): Promise<RawConnection> {
  const connection = await RawConnection.open(portOf(url));
  bench.also(() => Promise.resolve(connection.close()));
  return connection;
}

type Options = Omit<HttpGatewayClusterOptions, 'path' | 'protocol'>;

/** The two places that serve WebSockets, each at /app. */
const PLACES = {
  gateway: async (options: Options) => {
    const app: HttpGatewayClusterOptions = { path: '/app', protocol: 'http', ...options };
    const { gateway, url } = await bench.gateway({ clusters: { app } });
    return { url, snapshot: () => gateway.snapshot()[0] };
  },
  middleware: async (options: Options) => {
    const handler = balancer({ path: '/app', ...options });
    bench.also(() => handler.close());
    const server = createServer(express().use('/app', handler));
    server.on('upgrade', handler.upgrade);
    return { url: await listen(server), snapshot: () => handler.snapshot() };
  },
};

const settingsOf = ({ url, route }: { readonly url: string; readonly route: string }) => ({ url, route });

describe.each(Object.entries(PLACES))('by the %s a WebSocket', (_, serve) => {
  test('goes to a member, both ways, under its own path, and what follows the handshake at once too', async () => {
    const member = await echoing('a');
    const { url } = await serve({ members: [{ url: `${member.url}/ctx`, route: 'a' }] });
    const client = await connect(url);
    client.send(`${handshake('/app/ws?x=1')}early`);
    const reply = await client.until(/a:early$/);
    expect(reply).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(reply).toMatch(/\r\nConnection: Upgrade\r\n/i);
    expect(reply).toMatch(/\r\nX-By: me\r\n/);
    client.send('later');
    expect(await client.until(/later$/)).toMatch(/a:earlylater$/);
    expect(member.asked).toEqual(['/ctx/ws?x=1']);
  });

  test('counts as busy until it is closed, and closes its other side', async () => {
    const member = await echoing('a');
    const { url, snapshot } = await serve({ members: [settingsOf(member)] });
    const client = await connect(url);
    client.send(handshake('/app/'));
    await client.until(/a:$/);
    expect(snapshot()?.members[0]).toMatchObject({ busy: 1, requests: 1 });
    client.close();
    await until(() => member.sockets[0]?.destroyed === true && snapshot()?.members[0]?.busy === 0);
    const second = await connect(url);
    second.send(handshake('/app/'));
    await second.until(/a:$/);
    member.sockets[1]?.end('bye');
    expect(await second.end()).toBe('end');
    expect(second.unread).toMatch(/a:bye$/);
  });

  test('carries what is its own, however much comes on others while its client does not read', async () => {
    const member = await echoing('a');
    const { url } = await serve({ members: [settingsOf(member)] });
    const tunnels = await Promise.all(
      ['x', 'y', 'z'].map(async (letter) => {
        const client = await connect(url);
        client.send(handshake('/app/'));
        await client.until(/a:$/);
        client.pause();
        return { client, letter };
      }),
    );
    // More than the system takes for a client that does not read.
    const size = 12 * 1024 * 1024;
    for (const { client, letter } of tunnels) client.send(letter.repeat(size));
    await until(
      () =>
        tunnels.length === member.sockets.length &&
        member.sockets.every(({ bytesRead }) => bytesRead > 100_000),
    );
    for (const { client } of tunnels) client.resume();
    for (const { client, letter } of tunnels) {
      await until(() => client.unread.length >= client.unread.indexOf('a:') + 2 + size);
      expect(client.unread.slice(client.unread.indexOf('a:') + 2).replaceAll(letter, '')).toBe('');
    }
  });

  test('asked for behind other requests begins when they are answered, however slowly the client reads', async () => {
    let requests = 0;
    const member = await echoing('a', (request, response) => {
      requests += 1;
      response.end(`${request.url}`.repeat(2_000_000));
    });
    const { url } = await serve({ members: [settingsOf(member)] });
    const client = await connect(url);
    client.pause();
    client.send(`${get('/app/1')}${get('/app/2')}${handshake('/app/ws')}early`);
    await until(() => requests === 2);
    client.resume();
    expect((await client.reply()).body.replaceAll('/1', '')).toBe('');
    expect((await client.reply()).body.replaceAll('/2', '')).toBe('');
    expect(await client.until(/a:early$/)).toMatch(/^HTTP\/1\.1 101 /);
  });

  test('asked for behind another request does not begin when the client has left', async () => {
    const waiting: ServerResponse[] = [];
    const member = await echoing('a', (_request, response) => void waiting.push(response));
    const { url, snapshot } = await serve({ members: [settingsOf(member)] });
    const client = await connect(url);
    client.send(`${get('/app/1')}${handshake('/app/ws')}`);
    await until(() => waiting.length === 1);
    client.close();
    await client.end();
    waiting[0]?.end('x'.repeat(20_000_000));
    await until(() => snapshot()?.members[0]?.busy === 0);
    expect(snapshot()?.members[0]?.requests).toBe(1);
    expect(member.asked).toEqual([]);
  });

  test('goes to the next member where one refuses', async () => {
    const member = await echoing('b');
    const { url } = await serve({
      members: [{ url: 'http://127.0.0.1:1', route: 'dead' }, settingsOf(member)],
    });
    const client = await connect(url);
    client.send(handshake('/app/'));
    expect(await client.until(/b:$/)).toContain('101');
  });

  test('follows its session, and stays where it is while its member drains', async () => {
    const members = [await echoing('a'), await echoing('b')];
    const options = { members: members.map(settingsOf), stickySession: 'sid' };
    const { url } = await serve(options);
    const client = await connect(url);
    client.send(handshake('/app/', 'Cookie: sid=1.b\r\n'));
    expect(await client.until(/:$/)).toMatch(/b:$/);
  });

  test('that its member refuses is answered as it says, places mapped', async () => {
    const backend = await bench.backend({
      script: (connection) =>
        void connection.write('HTTP/1.1 302 Found\r\nLocation: /ctx/login\r\nContent-Length: 5\r\n\r\nlogin'),
    });
    const { url } = await serve({ members: [{ url: `${backend.url}/ctx`, route: 'a' }] });
    const client = await connect(url);
    client.send(handshake('/app/'));
    await client.end();
    expect(client.unread).toMatch(/^HTTP\/1\.1 302 Found\r\n[\s\S]*Location: \/app\/login\r\n[\s\S]*login$/);
  });

  test('that nobody can take is refused with an error', async () => {
    const { url } = await serve({ members: [{ url: 'http://127.0.0.1:1', route: 'a' }] });
    const client = await connect(url);
    client.send(handshake('/app/'));
    await client.end();
    expect(client.unread).toMatch(
      /^HTTP\/1\.1 503 [\s\S]*Retry-After: 5\r\n[\s\S]*"code":"NO_MEMBER_AVAILABLE"/,
    );
  });

  test('whose client leaves during the handshake leaves nothing behind', async () => {
    const backend = await bench.backend();
    const { url, snapshot } = await serve({ members: [{ url: backend.url, route: 'a' }] });
    const client = await connect(url);
    client.send(handshake('/app/'));
    const connection = await backend.connection(0);
    await connection.request();
    client.close();
    await connection.left;
    await until(() => snapshot()?.members[0]?.busy === 0);
    expect(snapshot()?.members[0]?.failures).toBe(0);
  });
});

describe('a request that asks for something else than WebSocket', () => {
  test.each(['h2c', 'TLS/1.2'])('%s, is answered by the gateway as if it had not asked', async (protocol) => {
    const member = await echoing('a');
    const app = { path: '/app', protocol: 'http', members: [settingsOf(member)] } as const;
    const { url } = await bench.gateway({ clusters: { app } });
    const headers = {
      Connection: `Upgrade, HTTP2-Settings`,
      Upgrade: protocol,
      'HTTP2-Settings': 'AAMAAABk',
    };
    expect(await call(`${url}/app/`, { headers, body: 'with a body' })).toMatchObject({
      status: 200,
      text: 'a',
    });
  });

  test('may be one to a cluster of Pazpar2', async () => {
    const { members } = await bench.farm(1);
    const pazpar: GatewayClusterOptions = { path: '/search.pz2', members };
    const { url } = await bench.gateway({ clusters: { pazpar } });
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
    expect((await call(`${url}/search.pz2?command=init`, { headers })).status).toBe(200);
    expect(
      (await call(`${url}/search.pz2?command=init`, { headers: { ...headers, Upgrade: 'h2c' } })).status,
    ).toBe(200);
  });
});

test('an upgrade beside the path of the middleware is left to others', async () => {
  const member = await echoing('a');
  const handler = balancer({ path: '/app', members: [settingsOf(member)] });
  bench.also(() => handler.close());
  const server = createServer();
  server.on('upgrade', handler.upgrade);
  server.on('upgrade', (request, socket) => {
    if (request.url === '/other') socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
  });
  const client = await connect(await listen(server));
  client.send(handshake('/other'));
  await client.end();
  expect(client.unread).toBe('HTTP/1.1 418 Teapot\r\n\r\n');
});
