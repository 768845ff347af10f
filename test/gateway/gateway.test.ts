import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { Gateway } from '../../lib/gateway/gateway.ts';
import { CLUSTER_PATH, type GatewayChanges, onFreePorts, useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const inTemporaryDirectory = useTemporaryDirectory();

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

  test.each(['/', '/search', '/search.pz2x', '/SEARCH.PZ2', '/healthz', '/readyz'])(
    'serves nothing at %s',
    async (path) => {
      const { url, lines } = await bench.oneCluster();
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
    const { url, simulators } = await bench.oneCluster();
    const client = await bench.connect(url);
    client.send(`GET http://anything.example${CLUSTER_PATH}?command=init HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect((await client.reply()).body).toMatch(/<session>\d+\.pz1<\/session>/);
    client.send('GET http://anything.example/?command=init HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await client.reply()).statusLine).toBe('HTTP/1.1 404 Nothing is served at this path');
    expect(simulators[0]?.requests).toHaveLength(1);
  });

  test('refuses a head that is too large with 431', async () => {
    const { url } = await bench.oneCluster();
    const client = await bench.connect(url);
    client.send(`GET ${CLUSTER_PATH}?command=init&x=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.end();
    expect(client.unread).toMatch(/^HTTP\/1\.1 431 Request headers too large\r\n/);
    expect(client.unread).toMatch(/<error code="206" [^>]*>send long queries as a form POST<\/error>$/);
  });

  test('writes an access line for each request', async () => {
    const { endpoint, lines, members } = await bench.oneCluster();
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
    const { gateway, endpoint, simulators, options } = await bench.oneCluster();
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
async function sized(bytes: number, changes: GatewayChanges = {}) {
  const backend = await bench.backend({
    script: (connection) => connection.write(documentReply('x'.repeat(bytes))),
  });
  const members = [{ url: backend.url, route: 'pz1' }];
  const { url } = await bench.gateway({ ...changes, clusters: { main: { path: CLUSTER_PATH, members } } });
  return (encoding: string, method = 'GET') =>
    call(`${url}${CLUSTER_PATH}?command=show&session=7.pz1`, {
      method,
      headers: { 'Accept-Encoding': encoding },
    });
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
    const { url } = await bench.gateway({ clusters: { main: { path: CLUSTER_PATH, members } } });
    const asked = get(`${url}${CLUSTER_PATH}?command=show&session=7.pz1`, {
      headers: { 'Accept-Encoding': 'gzip' },
    });
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
    const { internal } = await bench.oneCluster();
    expect(await call(`${internal}/healthz`)).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await call(`${internal}/readyz?verbose`)).toMatchObject({ status: 200, text: 'ready\n' });
  });

  test.each(['/', CLUSTER_PATH, '/metrics'])('serves nothing at %s', async (path) => {
    const { internal } = await bench.oneCluster();
    expect((await call(`${internal}${path}?command=init`)).status).toBe(404);
  });

  test('need not be', async () => {
    const { simulators, members } = await bench.oneCluster();
    const gateway = new Gateway(
      checkGatewayOptions({
        listen: '127.0.0.1:0',
        clusters: { main: { path: '/', members, health: 'off' } },
      }),
    );
    bench.also(() => gateway.stop());
    await gateway.start();
    expect(gateway.addresses.internal).toBe('');
    expect(await initSession(`http://${gateway.addresses.public}/`)).toMatch(/\.pz1$/);
    expect(simulators[0]?.requests).toHaveLength(1);
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
        clusters: { main: { path: CLUSTER_PATH, members } },
      }),
    );
    await gateway.start();
    expect(gateway.addresses).toEqual({ public: `unix:${open}`, internal: `unix:${internal}` });
    expect(await statusOver(open, `${CLUSTER_PATH}?command=init`)).toBe(200);
    expect(await statusOver(internal, '/readyz')).toBe(200);
    await gateway.stop();
    expect([existsSync(open), existsSync(internal)]).toEqual([false, false]);
  });

  test('on a port in use fails, and leaves nothing open', async () => {
    const { gateway, members } = await bench.oneCluster();
    const second = new Gateway(
      checkGatewayOptions({
        ...onFreePorts({ clusters: { main: { path: CLUSTER_PATH, members } } }),
        listen: gateway.addresses.public,
      }),
    );
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(second.addresses).toEqual({ public: '', internal: '' });
  });
});
