import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { portOf } from '../helpers/balancer-bench.ts';
import { certificateFiles, TEST_AUTHORITY } from '../helpers/certificates.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { Http2Client, replyOf } from '../helpers/http2-client.ts';
import type { BackendOptions } from '../helpers/scripted-backend.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();

/** A gateway with HTTP/2 before one application, and a client of it. */
async function overHttp2(script: NonNullable<BackendOptions['script']>) {
  const backend = await bench.backend({ script });
  const app = { path: '/app', protocol: 'http' as const, members: [{ url: backend.url, route: 'a' }] };
  const { gateway, url, lines } = await bench.gateway({ clusters: { app }, tls: certificateFiles('server') });
  const client = await Http2Client.open(url);
  bench.also(() => Promise.resolve(client.close()));
  return { backend, gateway, url, client, lines };
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('an application over HTTP/2', () => {
  test('gets the request with its host, its fields and where it came from, and none that only HTTP/2 has', async () => {
    const { client, backend, url } = await overHttp2((connection) =>
      connection.write(`${OK}Content-Length: 2\r\n\r\nok`),
    );
    expect((await client.call('/app/x?y=1', { cookie: 'a=b', 'x-own': '1' })).text).toBe('ok');
    const head = backend.connections[0]?.requests[0]?.head ?? '';
    expect(head).toMatch(/^GET \/x\?y=1 HTTP\/1\.1\r\n/);
    expect(head.toLowerCase()).toContain('\r\nx-own: 1');
    expect(head.toLowerCase()).toContain('\r\ncookie: a=b');
    expect(head.toLowerCase()).toContain('\r\nx-forwarded-proto: https');
    expect(head.toLowerCase()).toContain(new URL(url).host);
    expect(head).not.toMatch(/^:|\r\n:/);
  });

  test('answers with cookies, early hints and trailers; a field of one connection goes no further', async () => {
    const { client } = await overHttp2((connection) =>
      connection.write(
        'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n' +
          `${OK}Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n` +
          'Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n',
      ),
    );
    const stream = client.begin('/app/', { te: 'trailers' });
    const [hints, trailers]: Record<string, unknown>[] = [{}, {}];
    stream.on('headers', (received) => Object.assign(hints ?? {}, received));
    stream.on('trailers', (received) => Object.assign(trailers ?? {}, received));
    const { status, headers, text, code } = await replyOf(stream);
    expect([status, text, code]).toEqual([200, 'ok', 0]);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect([headers['connection'], headers['keep-alive'], headers['x-hop']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(hints).toMatchObject({ ':status': 103, link: '</x.css>; rel=preload' });
    expect(trailers).toMatchObject({ 'x-sum': '7' });
  });

  test.each([
    ['GET', 204, 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 304, 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'],
    ['HEAD', 200, `${OK}Content-Length: 1000\r\n\r\n`],
  ])('answers %s with %i and no body', async (method, status, reply) => {
    const { client } = await overHttp2((connection) => connection.write(reply));
    expect(await client.call('/app/', { ':method': method })).toMatchObject({ status, text: '', code: 0 });
  });

  test('takes an upload as it comes, and sends a download as it is taken', async () => {
    const size = 700_000;
    const upload = Buffer.alloc(size, 'upload');
    const { client } = await overHttp2((connection, { body }) => {
      const digest = createHash('sha256').update(body).digest('hex');
      connection.write(`${OK}X-Digest: ${digest}\r\nContent-Length: ${size}\r\n\r\n`);
      connection.write(Buffer.alloc(size, 'd'));
    });
    const stream = client.begin(
      '/app/',
      { ':method': 'POST', 'content-length': String(size) },
      { endStream: false },
    );
    stream.end(upload);
    const { headers, body, code } = await replyOf(stream);
    expect(headers['x-digest']).toBe(createHash('sha256').update(upload).digest('hex'));
    expect([body.length, code]).toEqual([size, 0]);
  });

  test('sends each event when it happens, and hears that its client has gone', async () => {
    const { client, backend } = await overHttp2((connection) =>
      connection.write(`${OK}Content-Type: text/event-stream\r\n\r\n`),
    );
    const stream = client.begin('/app/events');
    await once(stream, 'response');
    backend.connections[0]?.write('data: 1\n\n');
    const [event] = (await once(stream, 'data')) as [Buffer];
    expect(event.toString()).toBe('data: 1\n\n');
    stream.close();
    await until(() => backend.connections[0]?.isClosed === true);
  });

  test('that is not there is told as a problem, and the connection goes on', async () => {
    const { client, backend } = await overHttp2((connection) =>
      connection.write(`${OK}Content-Length: 2\r\n\r\nok`),
    );
    expect((await client.call('/app/')).status).toBe(200);
    await backend.stop();
    const { status, headers, code } = await client.call('/app/');
    expect([status, code]).toEqual([503, 0]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect((await client.call('/elsewhere')).status).toBe(404);
  });
});

test('a WebSocket goes to an application over TLS, by HTTP/1.1 as browsers ask for it', async () => {
  const { url, lines } = await overHttp2((connection) =>
    connection.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
    ),
  );
  const socket = connect({
    port: portOf(url),
    host: '127.0.0.1',
    ca: TEST_AUTHORITY,
    ALPNProtocols: ['http/1.1'],
  });
  await once(socket, 'secureConnect');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.write(
    'GET /app/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  await until(() => text.endsWith('hello'));
  expect(text).toMatch(/^HTTP\/1\.1 101 /);
  socket.destroy();
  await until(() => lines.some(({ message }) => message === 'request'));
});
