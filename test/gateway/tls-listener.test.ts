import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { TlsOptions } from '../../lib/config/tls-options.ts';
import { portOf } from '../helpers/balancer-bench.ts';
import { certificateFiles, readPem } from '../helpers/certificates.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { CLUSTER_PATH, onFreePorts, useGatewayBench, type GatewayChanges } from '../helpers/gateway-bench.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { call } from '../helpers/http-client.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { shakeHands } from '../helpers/tls-handshake.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const SERVER = certificateFiles('server');
const CLIENT = { cert: readPem('client.pem'), key: readPem('client.key') };
const INIT = `${CLUSTER_PATH}?command=init`;

/** A gateway that speaks TLS on its public listener, before one simulator. */
async function secured(tls: Partial<TlsOptions> = {}, changes: GatewayChanges = {}, clock?: FakeClock) {
  const started = await bench.oneCluster(1, { tls: { ...SERVER, ...tls }, ...changes }, clock);
  return { ...started, port: portOf(started.url) };
}

/** A client of one version only; for those that are broken OpenSSL has to be asked twice. */
function speaking(version: SecureVersion): ConnectionOptions {
  return { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
}

describe('a listener with TLS', () => {
  test('speaks HTTP/1.1 and HTTP/2, as the client chooses, and the access log says which', async () => {
    const { url, port, lines } = await secured();
    expect((await shakeHands(port, { ALPNProtocols: ['h2', 'http/1.1'] })).alpn).toBe('h2');
    expect((await shakeHands(port, { ALPNProtocols: ['http/1.1'] })).alpn).toBe('http/1.1');
    expect((await shakeHands(port)).alpn).toBe(false);
    const client = await Http2Client.open(url);
    bench.also(() => Promise.resolve(client.close()));
    const replies = [await client.call(INIT), await call(`${url}${INIT}`)];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect((await client.call('/elsewhere')).status).toBe(404);
    await until(() => lines.length === 3);
    expect(lines.map(({ fields }) => fields['httpVersion'])).toEqual(['2.0', '1.1', '2.0']);
  });

  test('refuses a client that speaks neither', async () => {
    const { port } = await secured();
    await expect(shakeHands(port, { ALPNProtocols: ['spdy/3'] })).rejects.toThrow(/no.application.protocol/);
  });

  test.each([
    ['TLSv1.2', {}],
    ['TLSv1.3', {}],
    ['TLSv1.3', { minVersion: 'TLSv1.3' }],
  ] as const)('takes a client of %s with %j', async (version, tls) => {
    const { port } = await secured(tls);
    expect(await shakeHands(port, speaking(version))).toMatchObject({ version });
  });

  test.each([
    ['TLSv1', {}],
    ['TLSv1.1', {}],
    ['TLSv1.2', { minVersion: 'TLSv1.3' }],
  ] as const)('refuses a client of %s with %j', async (version, tls) => {
    const { port } = await secured(tls);
    await expect(shakeHands(port, speaking(version))).rejects.toThrow(/alert protocol version/);
  });

  test('knows the address of its client', async () => {
    const { endpoint, lines } = await secured();
    expect((await call(`${endpoint}?command=init`)).status).toBe(200);
    expect(lines[0]?.fields).toMatchObject({ client: '127.0.0.1', command: 'init' });
  });

  test('may ask clients for a certificate', async () => {
    const { endpoint } = await secured({ ca: 'test/fixtures/tls/ca.pem' });
    await expect(call(`${endpoint}?command=init`)).rejects.toThrow(/certificate required|ECONNRESET|EPIPE/);
    expect((await call(`${endpoint}?command=init`, { tls: CLIENT })).status).toBe(200);
  });

  test('is the internal one as well', async () => {
    const { internal, endpoint } = await bench.oneCluster(1, { admin: { tls: SERVER } });
    expect(internal).toMatch(/^https:/);
    expect((await call(`${internal}/readyz`)).text).toBe('ready\n');
    expect((await call(`${endpoint}?command=init`)).status).toBe(200);
    const client = await Http2Client.open(internal);
    bench.also(() => Promise.resolve(client.close()));
    expect(await client.call('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  });
});

describe('a renewed certificate', () => {
  test('is shown from now on; connections that are open go on', async () => {
    const { gateway, url, port, options } = await secured();
    const client = await Http2Client.open(url);
    bench.also(() => Promise.resolve(client.close()));
    expect((await shakeHands(port)).commonName).toBe('localhost');
    const renewed = { ...options, tls: certificateFiles('renewed') };
    expect(gateway.apply(checkGatewayOptions(onFreePorts(renewed)))).toEqual([]);
    expect((await shakeHands(port)).commonName).toBe('localhost, renewed');
    expect((await client.call(INIT)).status).toBe(200);
  });

  test('may come with another oldest version', async () => {
    const { gateway, port, options } = await secured();
    gateway.apply(
      checkGatewayOptions(onFreePorts({ ...options, tls: { ...SERVER, minVersion: 'TLSv1.3' } })),
    );
    await expect(shakeHands(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/alert protocol version/);
  });

  test('does not let clients in without theirs, and a changed need for one waits for a restart', async () => {
    const { gateway, endpoint, options } = await secured({ ca: 'test/fixtures/tls/ca.pem' });
    expect(gateway.apply(checkGatewayOptions(onFreePorts({ ...options, tls: SERVER })))).toEqual(['tls.ca']);
    await expect(call(`${endpoint}?command=init`)).rejects.toThrow(/certificate required|ECONNRESET|EPIPE/);
    expect((await call(`${endpoint}?command=init`, { tls: CLIENT })).status).toBe(200);
  });

  test('where there was none, or none any more, waits for a restart', async () => {
    const { gateway, options } = await secured({}, { admin: { tls: SERVER } });
    const { tls: _, admin: __, ...plain } = options;
    expect(gateway.apply(checkGatewayOptions(onFreePorts(plain)))).toEqual(['tls', 'admin.tls']);
  });
});

describe('who does not shake hands', () => {
  test('is closed after the time for a head, without a word', async () => {
    const clock = new FakeClock();
    const { port, gateway } = await secured({}, {}, clock);
    const silent = await RawConnection.open(port);
    const half = await RawConnection.open(port);
    half.send('\x16\x03\x01\x02\x00');
    await until(() => gateway.connections.open === 2);
    clock.advance(21_000);
    expect([await silent.end(), await half.end()]).toEqual([expect.anything(), expect.anything()]);
    await until(() => gateway.connections.open === 0);
    expect([silent.unread, half.unread]).toEqual(['', '']);
  });

  test('is driven out by those who come, so that nobody can hold the listener', async () => {
    const { url, port, gateway } = await secured({}, { clients: { maxConnections: 10 } });
    const crowd = Array.from({ length: 25 }, () =>
      connectPlain(port, '127.0.0.1').on('error', () => undefined),
    );
    bench.also(() => Promise.resolve(crowd.forEach((socket) => socket.destroy())));
    await Promise.all(crowd.map((socket) => once(socket, 'connect')));
    const replies = await Promise.all(Array.from({ length: 5 }, () => call(`${url}${INIT}`)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(gateway.connections.most).toBe(10);
    expect(gateway.connections.refused).toBe(0);
  });

  test('but speaks plain HTTP, or nonsense, is closed, and others are served', async () => {
    const { url, port, gateway } = await secured();
    for (const bytes of [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      '\x16\x03\x01\x00\x05hello',
      'x'.repeat(20_000),
    ]) {
      const client = await RawConnection.open(port);
      client.send(bytes);
      expect(await client.end()).toBeDefined();
      expect(client.unread).not.toContain('HTTP/');
    }
    expect((await call(`${url}${INIT}`)).status).toBe(200);
    await until(() => gateway.connections.open === 0);
  });
});

describe('HTTP/1.1 over TLS', () => {
  test('has the same time limit for a head', async () => {
    const clock = new FakeClock();
    const { url, port } = await secured({}, {}, clock);
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ca: readPem('ca.pem'),
      ALPNProtocols: ['http/1.1'],
    });
    await once(socket, 'secureConnect');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.write('GET / HTTP/1.1\r\n');
    // A whole exchange later those bytes are there.
    await call(`${url}${INIT}`);
    clock.advance(21_000);
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
});
