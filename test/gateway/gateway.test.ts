import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const inTemporaryDirectory = useTemporaryDirectory();
const PATH = '/pazpar2/search.pz2';

type Changes = Partial<Omit<GatewayOptions, 'listen' | 'admin' | 'clusters'>>;

/** A gateway of one cluster before so many simulators. */
async function oneCluster(count = 1, changes: Changes = {}, clock?: FakeClock) {
  const { simulators, members } = await bench.farm(count);
  const options = { ...changes, clusters: { main: { path: PATH, members } } };
  const started = await bench.gateway(options, clock);
  return { ...started, simulators, members, options, endpoint: `${started.url}${PATH}` };
}

/** Status of a request over a Unix socket. */
async function statusOver(socketPath: string, path: string): Promise<number | undefined> {
  const asked = get({ socketPath, path, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

describe('the public listener', () => {
  test('serves each cluster at its path and below, the longest path first', async () => {
    const { members } = await bench.farm(3);
    const [a, b, c] = members.map((member) => [member]);
    const { url } = await bench.gateway({
      clusters: {
        main: { path: '/pz2', members: a ?? [] },
        deeper: { path: '/pz2/special', members: b ?? [] },
        other: { path: '/other', members: c ?? [] },
      },
    });
    const routeAt = async (path: string) => (await initSession(url + path)).split('.')[1];
    expect(await routeAt('/pz2')).toBe('pz1');
    expect(await routeAt('/pz2/search.pz2')).toBe('pz1');
    expect(await routeAt('/pz2/special')).toBe('pz2');
    expect(await routeAt('/pz2/special/x')).toBe('pz2');
    expect(await routeAt('/other')).toBe('pz3');
  });

  test.each(['/', '/pazpar2', '/pazpar2/search.pz2x', '/PAZPAR2/search.pz2', '/healthz', '/readyz'])(
    'serves nothing at %s',
    async (path) => {
      const { url, lines } = await oneCluster();
      expect(await call(`${url}${path}?command=init`)).toMatchObject({
        status: 404,
        reason: 'Nothing is served at this path',
        headers: { 'content-type': 'text/xml' },
      });
      const line = lines.find(({ message }) => message === 'request');
      expect(line?.fields).toMatchObject({ method: 'GET', path, status: 404, error: 'PATH_UNKNOWN' });
    },
  );

  test('takes a target in absolute form', async () => {
    const { url, simulators } = await oneCluster();
    const client = await bench.connect(url);
    client.send(`GET http://anything.example${PATH}?command=init HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect((await client.reply()).body).toMatch(/<session>\d+\.pz1<\/session>/);
    client.send('GET http://anything.example/?command=init HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await client.reply()).statusLine).toBe('HTTP/1.1 404 Nothing is served at this path');
    expect(simulators[0]?.requests).toHaveLength(1);
  });

  test('refuses a head that is too large with 431', async () => {
    const { url } = await oneCluster();
    const client = await bench.connect(url);
    client.send(`GET ${PATH}?command=init&x=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.end();
    expect(client.unread).toMatch(/^HTTP\/1\.1 431 Request headers too large\r\n/);
    expect(client.unread).toMatch(/<error code="206" [^>]*>send long queries as a form POST<\/error>$/);
  });

  test('writes an access line for each request', async () => {
    const { endpoint, lines, members } = await oneCluster();
    const session = await initSession(endpoint);
    const { body } = await call(`${endpoint}?command=ping&session=${session}`);
    await call(`${endpoint}?command=ping&session=7.gone`);
    const access = lines.filter(({ message }) => message === 'request').map(({ fields }) => fields);
    expect(access).toMatchObject([
      { cluster: 'main', command: 'init', route: 'pz1', member: members[0]?.url, status: 200 },
      {
        cluster: 'main',
        client: '127.0.0.1',
        method: 'GET',
        command: 'ping',
        route: 'pz1',
        member: members[0]?.url,
        attempts: 1,
        status: 200,
        verdict: 'answered',
        bytesIn: 0,
        bytesOut: body.length,
        ms: expect.any(Number),
        queuedMs: 0,
      },
      { command: 'ping', route: 'gone', attempts: 0, status: 417, verdict: 'refused', error: 'SESSION_LOST' },
    ]);
    expect(access[2]?.['member']).toBeUndefined();
  });

  test('believes the proxies of trustProxy, also changed ones', async () => {
    const { gateway, endpoint, simulators, options } = await oneCluster();
    const heard = async (): Promise<string | undefined> => {
      await call(`${endpoint}?command=init`, { headers: { 'X-Forwarded-For': '6.6.6.6' } });
      return /x-forwarded-for: (.*)\r/i.exec(simulators[0]?.requests.at(-1)?.head ?? '')?.[1];
    };
    expect(await heard()).toBe('127.0.0.1');
    gateway.apply(checkGatewayOptions(onFreePorts({ ...options, trustProxy: 'loopback' })));
    expect(await heard()).toBe('6.6.6.6, 127.0.0.1');
  });
});

/** A gateway before a backend whose replies have so many bytes; gives a function that asks for one. */
async function sized(bytes: number, changes: Changes = {}) {
  const backend = await bench.backend({
    script: (connection) => connection.write(documentReply('x'.repeat(bytes))),
  });
  const members = [{ url: backend.url, route: 'pz1' }];
  const { url } = await bench.gateway({ ...changes, clusters: { main: { path: PATH, members } } });
  return (encoding: string, method = 'GET') =>
    call(`${url}${PATH}?command=show&session=7.pz1`, { method, headers: { 'Accept-Encoding': encoding } });
}

describe('compression', () => {
  test.each([
    ['br', 'gzip, deflate, br'],
    ['gzip', 'gzip'],
  ])('is %s for a client that takes %s', async (encoding, accepted) => {
    const ask = await sized(2000);
    const reply = await ask(accepted);
    expect(reply.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
    expect(reply.body.length).toBeLessThan(500);
  });

  test.each([
    ['below 1 kB', 1000, 'gzip', {}],
    ['for a client that takes none', 2000, 'identity', {}],
    ['when it is switched off', 2000, 'gzip', { compress: false }],
  ])('is none %s', async (_, bytes, accepted, changes) => {
    const ask = await sized(bytes, changes);
    const reply = await ask(accepted);
    expect(reply.headers['content-encoding']).toBeUndefined();
    expect(reply).toMatchObject({ text: 'x'.repeat(bytes), headers: { 'content-length': String(bytes) } });
  });

  test('does not hold pieces back', async () => {
    const backend = await bench.backend();
    const members = [{ url: backend.url, route: 'pz1' }];
    const { url } = await bench.gateway({ clusters: { main: { path: PATH, members } } });
    const asked = get(`${url}${PATH}?command=show&session=7.pz1`, { headers: { 'Accept-Encoding': 'gzip' } });
    const connection = await backend.connection(0);
    await connection.request();
    connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 4000\r\n\r\nfirst');
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const pieces: string[] = [];
    const unpacked = response.pipe(createGunzip()).on('data', (piece) => pieces.push(String(piece)));
    await until(() => pieces.length > 0);
    expect(pieces).toEqual(['first']);
    connection.write('x'.repeat(3995));
    await once(unpacked, 'end');
    expect(pieces.join('')).toHaveLength(4000);
  });
});

describe('the internal listener', () => {
  test('says that the gateway lives and is ready', async () => {
    const { internal } = await oneCluster();
    expect(await call(`${internal}/healthz`)).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await call(`${internal}/readyz?verbose`)).toMatchObject({ status: 200, text: 'ready\n' });
  });

  test.each(['/', PATH, '/metrics'])('serves nothing at %s', async (path) => {
    const { internal } = await oneCluster();
    expect((await call(`${internal}${path}?command=init`)).status).toBe(404);
  });

  test('need not be', async () => {
    const { simulators, members } = await oneCluster();
    const gateway = new Gateway(
      checkGatewayOptions({ listen: '127.0.0.1:0', clusters: { main: { path: '/', members } } }),
    );
    bench.also(() => gateway.stop());
    await gateway.start();
    expect(gateway.addresses.internal).toBe('');
    expect(await initSession(`http://${gateway.addresses.public}/`)).toMatch(/\.pz1$/);
    expect(simulators[0]?.requests).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('is told by readyz at once, while requests go on for the delay', async () => {
    const clock = new FakeClock();
    const { gateway, internal, endpoint } = await oneCluster(1, { shutdownDelay: '5s' }, clock);
    const stopped = gateway.stop();
    expect((await call(`${internal}/readyz`)).status).toBe(503);
    expect((await call(`${internal}/healthz`)).status).toBe(200);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
    clock.advance(5000);
    await stopped;
    await expect(call(`${endpoint}?command=init`)).rejects.toThrow('ECONNREFUSED');
    await expect(call(`${internal}/healthz`)).rejects.toThrow('ECONNREFUSED');
  });

  test('lets running requests end', async () => {
    const { gateway, endpoint, simulators } = await oneCluster();
    simulators[0]?.behave({ replyDelay: 100 });
    const running = initSession(endpoint);
    await until(() => simulators[0]?.requests.length === 1);
    await gateway.stop();
    expect(await running).toMatch(/\.pz1$/);
    await until(() => simulators[0]?.counters.connectionsOpen === 0);
  });

  test('cuts what runs longer than the limit', async () => {
    const { gateway, endpoint, simulators } = await oneCluster(1, { shutdownTimeout: '50ms' });
    simulators[0]?.behave({ hang: true });
    const running = call(`${endpoint}?command=init`);
    await until(() => simulators[0]?.requests.length === 1);
    const outcome = running.then(
      () => 'answered',
      (error: unknown) => String(error),
    );
    await gateway.stop();
    expect(await outcome).toContain('socket hang up');
  });

  test('does not wait for connections without a request, whether they had one before or not', async () => {
    const { gateway, url } = await oneCluster(1, { shutdownTimeout: '1h' });
    const used = await bench.connect(url);
    used.send(`GET ${PATH}?command=init HTTP/1.1\r\nHost: x\r\n\r\n`);
    await used.reply();
    const unused = await bench.connect(url);
    await gateway.stop();
    expect([await used.end(), await unused.end()]).toEqual(['end', 'end']);
  });

  test('twice is stopping once', async () => {
    const { gateway, lines } = await oneCluster();
    await Promise.all([gateway.stop(), gateway.stop()]);
    expect(lines.filter(({ message }) => message === 'stopped')).toHaveLength(1);
  });
});

describe('starting', () => {
  test('on Unix sockets, which are gone after the stop', async () => {
    const { members } = await bench.farm(1);
    const [open, internal] = [inTemporaryDirectory('public.sock'), inTemporaryDirectory('internal.sock')];
    const gateway = new Gateway(
      checkGatewayOptions({
        listen: `unix:${open}`,
        admin: { listen: `unix:${internal}` },
        clusters: { main: { path: PATH, members } },
      }),
    );
    await gateway.start();
    expect(gateway.addresses).toEqual({ public: `unix:${open}`, internal: `unix:${internal}` });
    expect(await statusOver(open, `${PATH}?command=init`)).toBe(200);
    expect(await statusOver(internal, '/readyz')).toBe(200);
    await gateway.stop();
    expect([existsSync(open), existsSync(internal)]).toEqual([false, false]);
  });

  test('on a port in use fails, and leaves nothing open', async () => {
    const { gateway, members } = await oneCluster();
    const second = new Gateway(
      checkGatewayOptions({
        ...onFreePorts({ clusters: { main: { path: PATH, members } } }),
        listen: gateway.addresses.public,
      }),
    );
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(second.addresses).toEqual({ public: '', internal: '' });
  });
});

describe('a new configuration', () => {
  test('adds and changes clusters in place', async () => {
    const { gateway, url, endpoint, options, members } = await oneCluster(2);
    const session = await initSession(endpoint);
    const before = gateway.snapshot()[0]?.members;
    const more = { ...options, clusters: { ...options.clusters, more: { path: '/more', members } } };
    expect(gateway.apply(checkGatewayOptions(onFreePorts(more)))).toEqual([]);
    expect(gateway.snapshot()[0]?.members).toEqual(before);
    expect(await initSession(`${url}/more`)).toMatch(/\.pz1$/);
    expect((await call(`${endpoint}?command=ping&session=${session}`)).status).toBe(200);
  });

  test('drains a cluster that is missing, for as long as its members would', async () => {
    const clock = new FakeClock();
    const { gateway, url, endpoint, members } = await oneCluster(1, {}, clock);
    const session = await initSession(endpoint);
    const ping = () => call(`${endpoint}?command=ping&session=${session}`);
    const other = { clusters: { other: { path: '/other', members } } };
    gateway.apply(checkGatewayOptions(onFreePorts(other)));
    expect((await ping()).status).toBe(200);
    expect((await call(`${endpoint}?command=init`)).status).toBe(503);
    expect(await initSession(`${url}/other`)).toMatch(/\.pz1$/);
    clock.advance(10 * 60_000);
    expect((await ping()).status).toBe(404);
    expect(gateway.snapshot().map(({ name }) => name)).toEqual(['other']);
  });

  test('takes a draining cluster back', async () => {
    const clock = new FakeClock();
    const { gateway, endpoint, members, options } = await oneCluster(1, {}, clock);
    gateway.apply(checkGatewayOptions(onFreePorts({ clusters: { other: { path: '/other', members } } })));
    clock.advance(60_000);
    gateway.apply(checkGatewayOptions(onFreePorts(options)));
    clock.advance(60 * 60_000);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });

  test('moves a cluster to another path', async () => {
    const { gateway, url, endpoint, members } = await oneCluster();
    const session = await initSession(endpoint);
    const moved = { clusters: { main: { path: '/moved', members } } };
    gateway.apply(checkGatewayOptions(onFreePorts(moved)));
    expect((await call(`${endpoint}?command=init`)).status).toBe(404);
    expect((await call(`${url}/moved?command=ping&session=${session}`)).status).toBe(200);
  });

  test('gives a path to a cluster of another name at once', async () => {
    const { gateway, endpoint, members } = await oneCluster();
    const session = await initSession(endpoint);
    gateway.apply(checkGatewayOptions(onFreePorts({ clusters: { renamed: { path: PATH, members } } })));
    expect((await call(`${endpoint}?command=ping&session=${session}`)).status).toBe(200);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });

  test('names the listeners whose change needs a restart', async () => {
    const { gateway, options, endpoint } = await oneCluster();
    const changed = { ...options, listen: '127.0.0.1:1', admin: { listen: '127.0.0.1:2' } };
    expect(gateway.apply(checkGatewayOptions(changed))).toEqual(['listen', 'admin.listen']);
    expect(gateway.apply(checkGatewayOptions({ ...options, listen: '127.0.0.1:0' }))).toEqual([
      'admin.listen',
    ]);
    expect(gateway.apply(checkGatewayOptions(onFreePorts(options)))).toEqual([]);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });
});
