import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { balancer, type HttpBalancerOptions } from '../../middleware/index.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { Http2Client, replyOf } from '../helpers/http2-client.ts';
import type { RawConnection } from '../helpers/raw-connection.ts';
import type { BackendConnection, ScriptedBackend } from '../helpers/scripted-backend.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const EXPECTS = 'POST /app/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';
const DEAD = { url: 'http://127.0.0.1:1', route: 'dead' };

const member = (backend: ScriptedBackend) => ({ url: backend.url, route: 'a' });

type Serve = (options: HttpBalancerOptions) => Promise<string>;

async function byGateway(cluster: HttpBalancerOptions, clock?: FakeClock): Promise<string> {
  const app = { path: '/app', protocol: 'http' as const, ...cluster };
  return (await bench.gateway({ clusters: { app } }, clock)).url;
}

/** An application that listens to `checkContinue`, so that Node says nothing by itself. */
async function byServer(handler: (app: RequestListener) => RequestListener, options: HttpBalancerOptions) {
  const app = balancer({ health: 'off', ...options });
  bench.also(() => app.close());
  const listener = handler(app);
  const server = createServer(listener).on('checkContinue', listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  bench.also(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const SERVED: readonly [string, Serve][] = [
  ['the gateway', byGateway],
  ['an Express application', (options) => byServer((app) => express().use('/app', app), options)],
  ['a plain server', (options) => byServer((app) => app, options)],
];

/** A client that waits for 100, and the member's connection when it was asked. */
async function waiting(origin: string, backend: ScriptedBackend) {
  const client = await bench.connect(origin);
  client.send(EXPECTS);
  const connection = await backend.connection(0);
  await connection.until(/\r\n\r\n$/);
  return { client, connection };
}

/** Reads what is left, and gives all but 100. */
async function closedWith(client: RawConnection): Promise<string> {
  await client.end();
  return client.unread;
}

describe.each(SERVED)('a client of %s that waits for 100 Continue', (_, serve) => {
  test('is told to continue when the member says so, and the connection to the member is kept', async () => {
    const backend = await bench.backend();
    const origin = await serve({ members: [member(backend)] });
    const { client, connection } = await waiting(origin, backend);
    expect(connection.unread).toMatch(/^expect: 100-continue\r$/im);
    expect(client.unread).toBe('');
    connection.write(CONTINUE);
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.send('hello');
    expect((await connection.request()).body.toString()).toBe('hello');
    connection.write(OK);
    expect(await client.until(/\r\n\r\nok$/)).toMatch(/100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    client.send('GET /app/ HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await connection.request(1)).head).not.toMatch(/expect/i);
  });

  test.each([417, 413, 401])('gets %i at once, without having sent anything', async (status) => {
    const backend = await bench.backend();
    const origin = await serve({ members: [member(backend)] });
    const { client, connection } = await waiting(origin, backend);
    connection.write(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
    const received = await closedWith(client);
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} No\\r\\n[^]*\\r\\n\\r\\nno$`));
    // What would come next might be the body or another request; nobody could tell.
    expect(received).toMatch(/^connection: close\r$/im);
    await connection.left;
    expect(connection.unread).toMatch(/\r\n\r\n$/);
  });

  test('is sent elsewhere when its member is not there, before a byte of the body', async () => {
    const backend = await bench.backend();
    const origin = await serve({ members: [DEAD, member(backend)], sessionLoss: 'redispatch' });
    const { client, connection } = await waiting(origin, backend);
    connection.write(CONTINUE);
    await client.until(/100 Continue/);
    client.send('hello');
    expect((await connection.request()).body.toString()).toBe('hello');
  });

  test('is refused without being asked for the body when nobody is there', async () => {
    const origin = await serve({ members: [DEAD] });
    const client = await bench.connect(origin);
    client.send(EXPECTS);
    expect(await closedWith(client)).toMatch(/^HTTP\/1\.1 503 /);
  });
});

describe('a client that waits for 100 Continue', () => {
  test('is told to continue after a second, where the member knows nothing of it', async () => {
    const clock = new FakeClock();
    const backend = await bench.backend();
    const origin = await byGateway({ members: [member(backend)] }, clock);
    const { client, connection } = await waiting(origin, backend);
    clock.advance(999);
    expect(client.unread).toBe('');
    clock.advance(1);
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.send('hello');
    expect((await connection.request()).body.toString()).toBe('hello');
    connection.write(CONTINUE + OK);
    expect((await client.until(/ok$/)).match(/100 Continue/g)).toHaveLength(1);
  });

  test('and the member answers late and without it: what comes next is on another connection', async () => {
    const clock = new FakeClock();
    const backend = await bench.backend();
    const origin = await byGateway({ members: [member(backend)] }, clock);
    const { client, connection } = await waiting(origin, backend);
    clock.advance(1000);
    await client.until(/100 Continue\r\n\r\n$/);
    client.send('hello');
    await connection.request();
    connection.write('HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno');
    await client.until(/\r\n\r\nno$/);
    await connection.left;
    client.send('GET /app/ HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await (await backend.connection(1)).request()).head).toMatch(/^GET /);
  });

  test('and goes ahead without it sends its body nevertheless', async () => {
    const backend = await bench.backend();
    const { client, connection } = await waiting(await byGateway({ members: [member(backend)] }), backend);
    client.send('hello');
    connection.write(CONTINUE);
    expect((await connection.request()).body.toString()).toBe('hello');
  });

  test('and leaves takes the connection to the member with it', async () => {
    const backend = await bench.backend();
    const { client, connection } = await waiting(await byGateway({ members: [member(backend)] }), backend);
    client.close();
    await connection.left;
    expect(connection.requests).toEqual([]);
  });

  test('is asked for a body in chunks too', async () => {
    const backend = await bench.backend({ script: answerOnce });
    const origin = await byGateway({ members: [member(backend)] });
    const client = await bench.connect(origin);
    client.send(
      'POST /app/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const connection = await backend.connection(0);
    await connection.until(/\r\n\r\n$/);
    connection.write(CONTINUE);
    await client.until(/100 Continue/);
    client.send('5\r\nhello\r\n0\r\n\r\n');
    await client.until(/ok$/);
    expect(connection.requests[0]?.body.toString()).toBe('hello');
  });

  test('gets what the member says once it was told to continue, and the upload begins anew elsewhere', async () => {
    const dying = await bench.backend();
    const alive = await bench.backend({ script: answerOnce });
    const members = [member(dying), { ...member(alive), route: 'b', lbSet: 1 }];
    const origin = await byGateway({ members });
    const client = await bench.connect(origin);
    client.send(EXPECTS.replace('POST', 'PUT'));
    const connection = await dying.connection(0);
    await connection.until(/\r\n\r\n$/);
    connection.write(CONTINUE);
    await client.until(/100 Continue/);
    client.send('hello');
    await connection.request();
    connection.reset();
    expect((await client.until(/ok$/)).match(/100 Continue/g)).toHaveLength(1);
    const [again] = alive.connections[0]?.requests ?? [];
    expect([again?.body.toString(), /^expect/im.test(again?.head ?? '')]).toEqual(['hello', false]);
  });

  test('is sent elsewhere, whatever its method, when its member dies before it has asked for the body', async () => {
    const dying = await bench.backend();
    const alive = await bench.backend();
    const origin = await byGateway({ members: [member(dying), { ...member(alive), route: 'b', lbSet: 1 }] });
    const client = await bench.connect(origin);
    client.send(EXPECTS);
    const first = await dying.connection(0);
    await first.until(/\r\n\r\n$/);
    first.reset();
    const second = await alive.connection(0);
    await second.until(/\r\n\r\n$/);
    second.write(CONTINUE);
    await client.until(/100 Continue/);
    client.send('hello');
    expect((await second.request()).body.toString()).toBe('hello');
  });

  test('is not sent twice once it was told to continue, unless its method allows that', async () => {
    const dying = await bench.backend();
    const origin = await byGateway({ members: [member(dying), DEAD] });
    const { client, connection } = await waiting(origin, dying);
    connection.write(CONTINUE);
    await client.until(/100 Continue/);
    connection.reset();
    expect(await client.until(/"status":502/)).toMatch(/HTTP\/1\.1 502 /);
  });

  test('of the engine gets its 100 before its statistics are read', async () => {
    const { internal } = await bench.gateway({
      clusters: { app: { path: '/app', protocol: 'http' as const, members: [DEAD] } },
      statistics: {},
    });
    const client = await bench.connect(internal);
    const body = '{"f":"app","h":"dead","load":"1"}';
    client.send(
      'POST /athena/update/phys HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n' +
        `Content-Length: ${body.length}\r\n\r\n`,
    );
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.send(body);
    expect(await client.until(/\r\n\r\n[^]*\r\n\r\n/)).toMatch(/HTTP\/1\.1 \d{3} /);
  });

  test('is heard over HTTP/2', async () => {
    const backend = await bench.backend();
    const app = { path: '/app', protocol: 'http' as const, members: [member(backend)] };
    const { url } = await bench.gateway({ clusters: { app }, tls: certificateFiles('server') });
    const client = await Http2Client.open(url);
    bench.also(() => Promise.resolve(client.close()));
    const fields = { ':method': 'POST', expect: '100-continue', 'content-length': '5' };
    const stream = client.begin('/app/', fields, { endStream: false });
    let isTold = false;
    stream.on('continue', () => (isTold = true));
    const connection = await backend.connection(0);
    await connection.until(/\r\n\r\n$/);
    expect(connection.unread).toMatch(/^expect: 100-continue\r$/im);
    expect(isTold).toBe(false);
    connection.write(CONTINUE);
    await until(() => isTold);
    stream.end('hello');
    await connection.request();
    connection.write(OK);
    expect(await replyOf(stream)).toMatchObject({ status: 200, text: 'ok' });
  });

  test('of a Pazpar2 hears what is wrong with its request before it sends the body', async () => {
    const { endpoint } = await bench.oneCluster();
    const client = await bench.connect(endpoint);
    client.send(
      'PUT /search.pz2?command=ping HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    );
    expect(await closedWith(client)).toMatch(/^HTTP\/1\.1 405 /);
  });
});

test('where Node has said 100 already, the member is not asked', async () => {
  const backend = await bench.backend({ script: answerOnce });
  const app = balancer({ health: 'off', members: [member(backend)] });
  bench.also(() => app.close());
  const client = await bench.connect(await bench.serve(express().use('/app', app)));
  client.send(EXPECTS);
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  client.send('hello');
  await client.until(/ok$/);
  expect(backend.connections[0]?.requests[0]?.head).not.toMatch(/expect/i);
});

function answerOnce(connection: BackendConnection): void {
  connection.write(OK);
}
