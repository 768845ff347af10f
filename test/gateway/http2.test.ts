import { once } from 'node:events';
import { constants } from 'node:http2';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { GatewayClusterOptions } from '../../lib/config/options.ts';
import { portOf } from '../helpers/balancer-bench.ts';
import { certificateFiles } from '../helpers/certificates.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import {
  CLUSTER_PATH,
  ofOneCluster,
  useGatewayBench,
  type GatewayChanges,
} from '../helpers/gateway-bench.ts';
import { frame, headersFrame, openHttp2Frames, resetFrame } from '../helpers/http2-frames.ts';
import { Http2Client, replyOf } from '../helpers/http2-client.ts';
import { documentReply, initReply, pingReply } from '../helpers/pazpar-bytes.ts';
import type { BackendOptions } from '../helpers/scripted-backend.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const PING = `${CLUSTER_PATH}?command=ping&session=7.pz1`;
const SHOW = `${CLUSTER_PATH}?command=show&block=1&session=7.pz1`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Setting {
  readonly cluster?: Partial<GatewayClusterOptions>;
  readonly changes?: GatewayChanges;
  readonly script?: BackendOptions['script'];
  readonly clock?: FakeClock;
}

/** A client of HTTP/2 at a gateway before one backend that answers pings. */
async function overHttp2({ cluster = {}, changes = {}, script, clock }: Setting = {}) {
  const backend = await bench.backend({ script: script ?? ((connection) => connection.write(pingReply())) });
  const options = ofOneCluster({ members: [{ url: backend.url, route: 'pz1' }], ...cluster });
  const started = await bench.gateway({ ...options, tls: certificateFiles('server'), ...changes }, clock);
  const connect = async (): Promise<Http2Client> => {
    const client = await Http2Client.open(started.url);
    bench.also(() => Promise.resolve(client.close()));
    return client;
  };
  const place = () => started.gateway.snapshot()[0]?.members[0];
  return { ...started, backend, connect, client: await connect(), place };
}

describe('over HTTP/2', () => {
  test('a reply has its status and headers, but no reason phrase and none of one connection', async () => {
    const { client } = await overHttp2({
      script: (connection) =>
        connection.write(
          'HTTP/1.1 417 Session does not exist or it has expired\r\nConnection: Keep-Alive, X-Hop\r\nX-Hop: 1\r\n' +
            'Keep-Alive: timeout=5\r\nX-Two: a\r\nX-Two: b\r\nContent-Length: 4\r\nContent-Type: text/xml\r\n\r\nlost',
        ),
    });
    const { status, headers, text } = await client.call(PING);
    expect([status, text]).toEqual([417, 'lost']);
    expect(
      Object.keys(headers)
        .filter((name) => !['date', 'vary'].includes(name))
        .sort(),
    ).toEqual([':status', 'content-length', 'content-type', 'x-two']);
    expect(headers['x-two']).toBe('a, b');
  });

  test('the reply to init is rewritten as over HTTP/1.1', async () => {
    const { client } = await overHttp2({ script: (connection) => connection.write(initReply('7')) });
    expect((await client.call(`${CLUSTER_PATH}?command=init`)).text).toContain('<session>7.pz1</session>');
  });

  test('an error is a document, and the connection goes on', async () => {
    const { client, lines } = await overHttp2();
    const reply = await client.call(`${CLUSTER_PATH}?command=ping&session=7.pz9`);
    expect(reply).toMatchObject({ status: 417, code: 0 });
    expect(reply.text).toContain(
      '<error code="1" msg="Session does not exist or it has expired">7.pz9</error>',
    );
    expect((await client.call('/elsewhere')).status).toBe(404);
    expect((await client.call(PING)).status).toBe(200);
    expect(
      lines.filter(({ message }) => message === 'request').map(({ fields }) => fields['status']),
    ).toEqual([417, 404, 200]);
  });

  test('HEAD gets the headers alone, and OPTIONS an answer of our own', async () => {
    const { client, backend } = await overHttp2({ changes: {}, cluster: { cors: true } });
    const head = await client.call(PING, { ':method': 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '', code: 0 });
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    const options = await client.call(PING, { ':method': 'OPTIONS', origin: 'https://page.example' });
    expect(options.status).toBe(204);
    expect(options.headers).toMatchObject({
      allow: 'GET, HEAD, POST, OPTIONS',
      'access-control-allow-origin': '*',
    });
    expect((await client.call(PING, { ':method': 'DELETE' })).status).toBe(405);
    expect(backend.connections.flatMap(({ requests }) => requests)).toHaveLength(1);
  });

  test.each([
    ['with a length', { 'content-length': '29' }],
    ['without one', {}],
  ])('a body %s is read', async (_, length) => {
    const { client, backend } = await overHttp2();
    const form = 'command=ping&session=7.pz1&a=';
    expect((await client.call(CLUSTER_PATH, { ...FORM, ...length }, form)).status).toBe(200);
    expect(backend.connections[0]?.requests[0]?.head).toMatch(
      /^GET \/search\.pz2\?command=ping&session=7&a= /,
    );
  });

  test('a POST with nothing in it is read by its query', async () => {
    const { client } = await overHttp2();
    expect((await client.call(PING, { ':method': 'POST' })).status).toBe(200);
  });

  test.each([
    ['cancelled', constants.NGHTTP2_CANCEL],
    ['called off without an error', constants.NGHTTP2_NO_ERROR],
  ])('a body that is %s before its end reaches nobody', async (_, code) => {
    const { url, backend, lines } = await overHttp2();
    const socket = await openHttp2Frames(portOf(url));
    bench.also(() => Promise.resolve(socket.destroy()));
    const head = { ':method': 'POST', ':scheme': 'https', ':authority': 'x', ':path': CLUSTER_PATH, ...FORM };
    socket.write(headersFrame(1, head));
    socket.write(frame('data', 1, Buffer.from('command=ping&session=7.pz1')));
    socket.write(resetFrame(1, code));
    await until(() => lines.some(({ message }) => message === 'request'));
    expect(lines.find(({ message }) => message === 'request')?.fields).toMatchObject({
      verdict: 'aborted',
      status: 0,
    });
    expect(backend.connections).toEqual([]);
  });

  test('a body that is too large is refused at once, and its rest called off', async () => {
    const { client } = await overHttp2({ cluster: { maxBodySize: '1kb' } });
    const stream = client.begin(CLUSTER_PATH, { ':method': 'POST', ...FORM }, { endStream: false });
    stream.write('x'.repeat(2000));
    const reply = await replyOf(stream);
    expect(reply).toMatchObject({ status: 413, code: constants.NGHTTP2_NO_ERROR });
    expect(reply.text).toContain('<error code="203"');
    expect(reply.headers['connection']).toBeUndefined();
    expect((await client.call(PING)).status).toBe(200);
  });

  test('a body that takes too long is refused, and the connection goes on', async () => {
    const clock = new FakeClock();
    const { client } = await overHttp2({ cluster: { bodyTimeout: '10s' }, clock });
    const stream = client.begin(CLUSTER_PATH, { ':method': 'POST', ...FORM }, { endStream: false });
    const timers = clock.waiting;
    stream.write('command=');
    await until(() => clock.waiting > timers);
    clock.advance(10_000);
    expect(await replyOf(stream)).toMatchObject({ status: 408, code: constants.NGHTTP2_NO_ERROR });
    expect((await client.call(PING)).status).toBe(200);
  });

  test('requests share a connection: a quick one does not wait for a blocked one', async () => {
    const { client, backend, gateway } = await overHttp2({
      script: (connection, { head }) => {
        if (head.includes('command=ping')) connection.write(pingReply());
      },
    });
    const shows = Array.from({ length: 8 }, (_, index) => client.call(SHOW.replace('7.', `${index}.`)));
    await until(() => backend.connections.length === 8);
    expect((await client.call(PING)).status).toBe(200);
    expect(gateway.connections.open).toBe(1);
    for (const connection of backend.connections) connection.write(documentReply('<show/>'));
    for (const reply of await Promise.all(shows)) expect(reply).toMatchObject({ status: 200, code: 0 });
  });

  test('a client that resets a stream frees its place at the server at once, and the others go on', async () => {
    const { client, backend, place } = await overHttp2({ script: () => undefined });
    const leaving = client.begin(SHOW);
    const staying = client.call(SHOW.replace('7.', '8.'));
    await until(() => backend.connections.length === 2);
    await backend.connections[0]?.request();
    leaving.close(constants.NGHTTP2_CANCEL);
    await until(() => backend.connections.some(({ isClosed }) => isClosed));
    await until(() => place()?.blocking.inFlight === 1);
    backend.connections.find(({ isClosed }) => !isClosed)?.write(documentReply('<show/>'));
    expect((await staying).status).toBe(200);
  });

  test('a client that leaves altogether frees all its places', async () => {
    const { client, backend, place } = await overHttp2({ script: () => undefined });
    void client.call(SHOW);
    void client.call(SHOW.replace('7.', '8.'));
    await until(() => backend.connections.length === 2);
    client.close();
    await until(() => backend.connections.every(({ isClosed }) => isClosed));
    await until(() => place()?.blocking.inFlight === 0);
    expect(place()?.quick.inFlight).toBe(0);
  });

  test('a reply that breaks off is no complete one, and others on the connection are', async () => {
    const { client } = await overHttp2({
      script: (connection, { head }) => {
        if (head.includes('command=ping')) connection.write(pingReply());
        else connection.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
      },
    });
    const broken = await client.call(SHOW);
    expect(broken).toMatchObject({ status: 200, text: 'half', code: constants.NGHTTP2_INTERNAL_ERROR });
    expect((await client.call(PING)).status).toBe(200);
  });

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('replies are compressed with %s', async (encoding, decompress) => {
    const text = `<show>${'a hit '.repeat(2000)}</show>`;
    const { client } = await overHttp2({ script: (connection) => connection.write(documentReply(text)) });
    const reply = await client.call(SHOW, { 'accept-encoding': encoding });
    expect(reply).toMatchObject({ status: 200, code: 0, headers: { 'content-encoding': encoding } });
    expect(reply.headers['content-length']).toBeUndefined();
    expect(reply.body.length).toBeLessThan(text.length / 2);
    expect(decompress(reply.body).toString()).toBe(text);
  });

  test('a large reply waits with the server while the client does not read, and is cut after its time', async () => {
    const clock = new FakeClock();
    const size = 24 * 1024 * 1024;
    const { client, backend, place } = await overHttp2({
      script: () => undefined,
      cluster: { sendTimeout: '5s' },
      changes: { compress: false },
      clock,
    });
    const stream = client.begin(SHOW);
    const connection = await backend.connection(0);
    await connection.request();
    connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    connection.write(Buffer.alloc(size));
    await once(stream, 'response');
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => void setImmediate(resolve));
    expect(connection.unsent).toBeGreaterThan(size / 2);
    clock.advance(5000);
    await connection.closed;
    expect(await replyOf(stream)).toMatchObject({ code: constants.NGHTTP2_INTERNAL_ERROR });
    await until(() => place()?.blocking.inFlight === 0);
  });

  test('large replies arrive whole, whatever order they end in', async () => {
    const sizes = [300_000, 10, 1_000_000, 5000];
    const { client } = await overHttp2({
      script: (connection, { head }) => {
        const size = Number(/size=(\d+)/.exec(head)?.[1]);
        connection.write(documentReply('x'.repeat(size)));
      },
    });
    const replies = await Promise.all(sizes.map((size) => client.call(`${SHOW}&size=${size}`)));
    expect(replies.map(({ body, code }) => [body.length, code])).toEqual(sizes.map((size) => [size, 0]));
  });
});

describe('a connection of HTTP/2', () => {
  test('is told to go away when the gateway stops, and ends with its last reply', async () => {
    const { client, backend, gateway } = await overHttp2({
      script: () => undefined,
      changes: { shutdownTimeout: '5s' },
    });
    const show = client.call(SHOW);
    const connection = await backend.connection(0);
    await connection.request();
    const goneAway = once(client.session, 'goaway');
    const stopped = gateway.stop();
    await goneAway;
    const late = await client.call(PING).catch(() => ({ status: 0 }));
    expect(late.status).toBe(0);
    connection.write(documentReply('<show/>'));
    expect(await show).toMatchObject({ status: 200, code: 0 });
    await stopped;
    await until(() => client.isClosed);
  });

  test('that is idle ends at once when the gateway stops', async () => {
    const { client, gateway } = await overHttp2({ changes: { shutdownTimeout: '1m' } });
    expect((await client.call(PING)).status).toBe(200);
    await gateway.stop();
    await until(() => client.isClosed);
  });

  test('whose reply does not come is cut at the end of the time for stopping', async () => {
    const { client, gateway, backend } = await overHttp2({
      script: () => undefined,
      changes: { shutdownTimeout: '200ms' },
    });
    const show = client.call(SHOW);
    await backend.connection(0);
    await gateway.stop();
    expect((await show).status).toBe(0);
  });

  test('on which nothing is asked is closed after the time for a head; one that was used is kept', async () => {
    const clock = new FakeClock();
    const { client, connect, gateway } = await overHttp2({ clock });
    const silent = await connect();
    expect((await client.call(PING)).status).toBe(200);
    clock.advance(21_000);
    await until(() => silent.isClosed);
    await new Promise((resolve, reject) =>
      client.session.ping((error) => (error === null ? resolve(undefined) : reject(error))),
    );
    clock.advance(30_000);
    clock.advance(30_000);
    expect((await client.call(PING)).status).toBe(200);
    expect(gateway.connections.open).toBe(1);
  });

  test('takes 100 requests at once', async () => {
    const { client } = await overHttp2();
    await once(client.session, 'remoteSettings').catch(() => undefined);
    expect(client.session.remoteSettings.maxConcurrentStreams).toBe(100);
  });
});
