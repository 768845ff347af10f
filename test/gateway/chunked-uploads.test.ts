import { describe, expect, test } from '@jest/globals';
import { certificateFiles } from '../helpers/certificates.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { Http2Client, replyOf } from '../helpers/http2-client.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';

const bench = useGatewayBench();

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A gateway before one application, which answers every request, or leaves it to the test. */
async function beforeApplication({ tls = false, answersAt = 'end' } = {}) {
  const backend = await bench.backend(answersAt === 'end' ? { script: answer } : {});
  const app = { path: '/app', protocol: 'http' as const, members: [{ url: backend.url, route: 'a' }] };
  const { url } = await bench.gateway({
    clusters: { app },
    ...(tls ? { tls: certificateFiles('server') } : {}),
  });
  return { backend, url };
}

async function overHttp2() {
  const { backend, url } = await beforeApplication({ tls: true });
  const client = await Http2Client.open(url);
  bench.also(() => Promise.resolve(client.close()));
  return { backend, client };
}

describe('a chunked upload', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET'])(
    'by %s arrives in chunks, and the connection to the member is kept',
    async (method) => {
      const { backend, url } = await beforeApplication();
      for (let round = 0; round < 3; round++) {
        const headers = { 'Transfer-Encoding': 'chunked' };
        expect((await call(`${url}/app/`, { method, headers, body: ['one, ', 'two'] })).text).toBe('ok');
      }
      expect(backend.connections).toHaveLength(1);
      const requests = backend.connections[0]?.requests ?? [];
      expect(requests.map(({ body }) => body.toString())).toEqual(['one, two', 'one, two', 'one, two']);
      for (const { head } of requests) {
        expect(head.match(/^(?:transfer-encoding|content-length|connection): .*$/gim)?.map(lowered)).toEqual(
          expect.arrayContaining(['transfer-encoding: chunked', 'connection: keep-alive']),
        );
        expect(head).not.toMatch(/content-length/i);
      }
    },
  );

  test('may look like a request: to the member it is a body', async () => {
    const { backend, url } = await beforeApplication();
    const smuggled = '0\r\n\r\nGET /secret HTTP/1.1\r\nHost: x\r\n\r\n';
    const headers = { 'Transfer-Encoding': 'chunked' };
    await call(`${url}/app/`, { method: 'DELETE', headers, body: [smuggled] });
    await call(`${url}/app/`);
    const requests = backend.connections.flatMap((connection) => connection.requests);
    expect(requests.map(({ head, body }) => [head.split(' ', 2).join(' '), body.toString()])).toEqual([
      ['DELETE /', smuggled],
      ['GET /', ''],
    ]);
  });

  test('that is answered before its end leaves nothing behind for the next request', async () => {
    const { backend, url } = await beforeApplication({ answersAt: 'head' });
    const client = await bench.connect(url);
    client.send('POST /app/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    const first = await backend.connection(0);
    await first.until(/abc\r\n$/);
    first.write(OK);
    await client.reply();
    await first.left;
    client.send('3\r\ndef\r\n0\r\n\r\nGET /app/next HTTP/1.1\r\nHost: x\r\n\r\n');
    const { head } = await (await backend.connection(1)).request();
    expect(head).toMatch(/^GET \/next /);
  });

  test('passes its trailers on, but none that must not stand there', async () => {
    const { backend, url } = await beforeApplication();
    const client = await bench.connect(url);
    client.send(
      'POST /app/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Cookie\r\n\r\n' +
        '3\r\nabc\r\n0\r\nX-Sum: 7\r\nAuthorization: Basic x\r\nCookie: a=b\r\n\r\n',
    );
    await client.reply();
    const [request] = backend.connections[0]?.requests ?? [];
    expect(request?.head).toMatch(/^trailer: X-Sum$/im);
    expect([request?.body.toString(), request?.trailers]).toEqual(['abc', 'X-Sum: 7']);
  });

  test('that only announces trailers is none the worse, and a body with a length announces none', async () => {
    const { backend, url } = await beforeApplication();
    await call(`${url}/app/`, { headers: { Trailer: 'X-Sum' }, body: ['abc'] });
    const client = await bench.connect(url);
    client.send('POST /app/ HTTP/1.1\r\nHost: x\r\nTrailer: X-Sum\r\nContent-Length: 3\r\n\r\nabc');
    await client.reply();
    client.send('GET /app/ HTTP/1.1\r\nHost: x\r\nTrailer: X-Sum\r\n\r\n');
    await client.reply();
    const heads = (backend.connections[0]?.requests ?? []).map(({ head }) => /^trailer:/im.test(head));
    expect(heads).toEqual([true, false, false]);
  });
});

describe('an upload over HTTP/2 without length', () => {
  test.each(['POST', 'DELETE', 'OPTIONS', 'GET'])('by %s goes out in chunks', async (method) => {
    const { backend, client } = await overHttp2();
    const smuggled = 'GET /secret HTTP/1.1\r\nHost: x\r\n\r\n';
    const stream = client.begin('/app/', { ':method': method }, { endStream: false });
    stream.end(smuggled);
    expect((await replyOf(stream)).text).toBe('ok');
    const requests = backend.connections.flatMap((connection) => connection.requests);
    expect(requests.map(({ body }) => body.toString())).toEqual([smuggled]);
    expect(requests[0]?.head).toMatch(/^transfer-encoding: chunked$/im);
  });

  test('passes its trailers on', async () => {
    const { backend, client } = await overHttp2();
    const method = { ':method': 'POST', trailer: 'x-sum' };
    const stream = client.session.request({ ':path': '/app/', ...method }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7', cookie: 'a=b' }));
    stream.end('abc');
    await replyOf(stream);
    const [request] = backend.connections[0]?.requests ?? [];
    expect([request?.body.toString(), request?.trailers]).toEqual(['abc', 'x-sum: 7']);
  });
});

function answer(connection: BackendConnection): void {
  connection.write(OK);
}

function lowered(line: string): string {
  return line.toLowerCase();
}
