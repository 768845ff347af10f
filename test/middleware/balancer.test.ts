import { createServer, type RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import {
  balancer,
  OptionsError,
  type HttpBalancer,
  type HttpBalancerOptions,
} from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { express4 } from '../helpers/express-versions.ts';
import { call } from '../helpers/http-client.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

function create(options: HttpBalancerOptions): HttpBalancer {
  const created = balancer(options);
  bench.also(() => created.close());
  return created;
}

/** An application that answers with what it was asked. */
async function application(route: string, path = ''): Promise<{ url: string; route: string }> {
  const origin = await bench.serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('Set-Cookie', `JSESSIONID=1.${route}; Path=/ctx`);
      response.setHeader('Location', `${path}/next`);
      response.end(
        JSON.stringify({
          route,
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
  return { url: origin + path, route };
}

interface Seen {
  readonly route: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const seen = (text: string): Seen => JSON.parse(text) as Seen;

const HOSTS: readonly [string, (path: string, handler: HttpBalancer) => RequestListener][] = [
  ['Express 5', (path, handler) => express().use(path, handler)],
  ['Express 4', (path, handler) => express4().use(path, handler)],
  ['a router of Express 5', (_, handler) => express().use('/app', express.Router().use('/', handler))],
];

describe.each(HOSTS)('mounted in %s', (_, host) => {
  test('it cuts its path off, puts that of the member in front, and maps places back', async () => {
    const members = [await application('a', '/ctx')];
    const origin = await bench.serve(host('/app', create({ members })));
    const reply = await call(`${origin}/app/x%20y?q=1`, {
      method: 'PUT',
      body: 'hello',
      headers: { 'X-Own': '1' },
    });
    expect(seen(reply.text)).toMatchObject({ method: 'PUT', url: '/ctx/x%20y?q=1', body: 'hello' });
    expect(seen(reply.text).headers).toMatchObject({
      'x-own': '1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(origin).host,
      host: new URL(members[0]!.url).host,
    });
    expect(reply.headers).toMatchObject({
      location: '/app/next',
      'set-cookie': ['JSESSIONID=1.a; Path=/app'],
    });
  });
});

test('under node:http it serves the whole host', async () => {
  const members = [await application('a')];
  const handler = create({ members, preserveHost: true });
  const origin = await bench.serve((request, response) => handler(request, response));
  const reply = await call(`${origin}/x`);
  expect(seen(reply.text)).toMatchObject({ url: '/x', headers: { host: new URL(origin).host } });
});

test('headers that the application put in or took away before go on like that', async () => {
  const members = [await application('a')];
  const app = express();
  app.use((request, _response, next) => {
    request.headers['x-user'] = 'ada';
    delete request.headers['x-secret'];
    next();
  });
  const origin = await bench.serve(app.use(create({ members })));
  const { headers } = seen((await call(origin, { headers: { 'X-User': 'forged', 'X-Secret': '1' } })).text);
  expect(headers).toMatchObject({ 'x-user': 'ada' });
  expect(headers).not.toHaveProperty('x-secret');
});

test('a member that sends more than it announced becomes an error, and nothing else', async () => {
  const backend = await bench.backend({
    script: (connection) => connection.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst and more'),
  });
  const origin = await bench.serve(create({ members: [{ url: backend.url, route: 'a' }] }));
  expect((await call(origin)).status).toBe(502);
  expect((await call(origin, { method: 'POST' })).status).toBe(502);
});

describe('sessions', () => {
  test('stay on the member that their cookie or parameter names, draining or not', async () => {
    const members = [await application('a'), await application('b')];
    const handler = create({ members, stickySession: 'JSESSIONID|jsessionid' });
    const origin = await bench.serve(handler);
    const ask = async (path: string, cookie = '') =>
      seen((await call(origin + path, { headers: { cookie } })).text).route;
    expect([
      await ask('/', 'JSESSIONID=1.b'),
      await ask('/;jsessionid=1.b'),
      await ask('/?jsessionid=1.b'),
    ]).toEqual(['b', 'b', 'b']);
    handler.members.setState('b', 'draining');
    expect(await ask('/', 'JSESSIONID=1.b')).toBe('b');
    expect([await ask('/'), await ask('/')]).toEqual(['a', 'a']);
    handler.members.setState('b', 'disabled');
    expect(await ask('/', 'JSESSIONID=1.b')).toBe('a');
  });

  test('are told that their server is not there, where they must not go on elsewhere', async () => {
    const members = [await application('a'), { ...(await application('b')), state: 'stopped' as const }];
    const handler = create({ members, stickySession: 'sid', sessionLoss: 'error' });
    const origin = await bench.serve(handler);
    const reply = await call(`${origin}/?sid=1.b`);
    expect(reply).toMatchObject({
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
    });
    expect(JSON.parse(reply.text)).toMatchObject({ status: 503, code: 'SESSION_UNSERVED' });
    expect((await call(`${origin}/?sid=1.gone`)).status).toBe(410);
  });

  test('follow the redirect of their member', async () => {
    const a = await application('a');
    const members = [a, await application('b'), { url: 'http://127.0.0.1:1', route: 'c', redirect: 'b' }];
    const handler = create({ members, stickySession: 'sid', sessionLoss: 'error' });
    const origin = await bench.serve(handler);
    expect(seen((await call(`${origin}/?sid=1.c`)).text).route).toBe('b');
    handler.members.setState('c', 'disabled');
    expect(seen((await call(`${origin}/?sid=1.c`)).text).route).toBe('b');
  });

  test('get a cookie of the balancer, once, which names no member', async () => {
    const members = [await application('a'), await application('b')];
    const keys = [{ id: 'k1', secret: 'a secret of twenty-two characters' }];
    const origin = await bench.serve(
      express().use('/app', create({ members, signing: { keys }, stickyCookie: { name: 'lb' } })),
    );
    const first = await call(`${origin}/app/`);
    const cookie = first.headers['set-cookie']?.find((line) => line.startsWith('lb=')) ?? '';
    expect(cookie).toMatch(/^lb=[^.]+; Path=\/app; HttpOnly; SameSite=Lax$/);
    const headers = { Cookie: cookie.split(';')[0] ?? '' };
    for (let round = 0; round < 3; round++) {
      const next = await call(`${origin}/app/`, { headers });
      expect(seen(next.text).route).toBe(seen(first.text).route);
      expect(next.headers['set-cookie']?.filter((line) => line.startsWith('lb='))).toEqual([]);
    }
  });
});

describe('a member that refuses', () => {
  test.each(['GET', 'POST', 'PATCH'])('is passed over for %s, with the whole body', async (method) => {
    const members = [{ url: 'http://127.0.0.1:1', route: 'dead' }, await application('b')];
    const origin = await bench.serve(create({ members }));
    const body = method === 'GET' ? undefined : 'x'.repeat(300_000);
    const reply = await call(origin, { method, ...(body === undefined ? {} : { body }) });
    expect(seen(reply.text)).toMatchObject({ route: 'b', method, body: body ?? '' });
  });

  test('is passed over for a chunked upload as well', async () => {
    const members = [{ url: 'http://127.0.0.1:1', route: 'dead' }, await application('b')];
    const origin = await bench.serve(create({ members }));
    const reply = await call(origin, { body: ['one, ', 'two'] });
    expect(seen(reply.text)).toMatchObject({ route: 'b', body: 'one, two' });
  });
});

describe('a member that dies', () => {
  test.each([
    ['GET', 200, 2],
    ['POST', 502, 1],
  ])('with %s on its way gives %i after %i attempts', async (method, status, attempts) => {
    const dying = await bench.backend({ script: (connection) => connection.reset() });
    const members = [{ url: dying.url, route: 'dying' }, await application('b')];
    const handler = create({ members });
    const origin = await bench.serve(handler);
    const counted: number[] = [];
    handler.on('finished', (event) => counted.push(event.attempts));
    expect((await call(origin, { method, body: 'x' })).status).toBe(status);
    expect(counted).toEqual([attempts]);
  });

  test('in the middle of a body aborts the client', async () => {
    const dying = await bench.backend({
      script: (connection) => connection.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
    });
    const origin = await bench.serve(create({ members: [{ url: dying.url, route: 'a' }] }));
    const client = await bench.connect(origin);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.end();
    expect(client.unread).toMatch(/half$/);
  });

  test('right behind the head of its answer gives 502, or cuts the client off, and harms nobody else', async () => {
    const dying = await bench.backend({
      script: (connection) => connection.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'),
    });
    const members = [{ url: dying.url, route: 'a' }];
    const origin = await bench.serve(create({ members, retry: 0, outliers: 'off' }));
    const statuses = await Promise.all(
      Array.from({ length: 50 }, () =>
        call(origin).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    );
    expect(statuses.filter((status) => status !== 502 && status !== 0)).toEqual([]);
  });

  test('or speaks no HTTP is 502', async () => {
    const odd = await bench.backend({ script: (connection) => connection.end('hello\r\n\r\n') });
    const origin = await bench.serve(create({ members: [{ url: odd.url, route: 'a' }] }));
    expect((await call(origin)).status).toBe(502);
  });
});

describe('streams', () => {
  test('server-sent events come as they are sent, their head before the first', async () => {
    const backend = await bench.backend();
    const origin = await bench.serve(create({ members: [{ url: backend.url, route: 'a' }] }));
    const client = await bench.connect(origin);
    client.send('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
    const connection = await backend.connection(0);
    await connection.request();
    connection.write(
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await client.until(/text\/event-stream[\s\S]*\r\n\r\n/);
    connection.write('9\r\ndata: 1\n\n\r\n');
    expect(await client.until(/data: 1/)).toContain('text/event-stream');
    client.close();
    await connection.left;
  });

  test('an upload passes on piece by piece, and its client leaving ends it', async () => {
    const backend = await bench.backend();
    const origin = await bench.serve(create({ members: [{ url: backend.url, route: 'a' }] }));
    const client = await bench.connect(origin);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nfirst');
    const connection = await backend.connection(0);
    await connection.touched;
    client.close();
    await connection.left;
    expect(connection.requests).toEqual([]);
  });

  test('the trailers of a reply reach a client that takes them', async () => {
    const backend = await bench.backend({
      script: (connection) =>
        void connection.write(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n',
        ),
    });
    const origin = await bench.serve(create({ members: [{ url: backend.url, route: 'a' }] }));
    const client = await bench.connect(origin);
    client.send('GET / HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nConnection: TE\r\n\r\n');
    expect(await client.until(/X-Sum: 7\r\n\r\n/)).toContain('abc');
  });

  test('early hints come before the reply', async () => {
    const backend = await bench.backend({
      script: (connection) =>
        void connection.write(
          'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
        ),
    });
    const origin = await bench.serve(create({ members: [{ url: backend.url, route: 'a' }] }));
    const client = await bench.connect(origin);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await client.until(/204 No Content/)).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>/);
  });

  test('a client that waits for 100 Continue gets it, and its body arrives', async () => {
    const origin = await bench.serve(create({ members: [await application('a')] }));
    const client = await bench.connect(origin);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    client.send('hello');
    expect(await client.until(/"body":"hello"/)).not.toContain('"expect"');
  });
});

test('it shows its members, and close ends their connections', async () => {
  const members = [await application('a')];
  const handler = create({ name: 'shop', members });
  const origin = await bench.serve(handler);
  await call(origin);
  expect(handler.snapshot()).toMatchObject({
    name: 'shop',
    members: [{ route: 'a', requests: 1, busy: 0, elected: 1, connections: 1 }],
  });
  await handler.close();
  await until(() => handler.snapshot().members[0]?.connections === 0);
});

describe('options', () => {
  test.each([
    [{}, /members: is missing/],
    [
      { members: [{ url: 'http://x', route: 'a', direct: true }] },
      /members\[0\]\.direct: is for clusters of protocol "pazpar2" only/,
    ],
    [
      { members: [{ url: 'http://x', route: 'a' }], policy: 'public' },
      /policy: is for clusters of protocol "pazpar2" only/,
    ],
    [
      { members: [{ url: 'http://x', route: 'a' }], stickySesion: 'x' },
      /stickySesion: unknown option; did you mean "stickySession"/,
    ],
    [{ members: [{ url: 'http://x', route: 'a' }], stickyCookie: {} }, /stickyCookie: needs signing\.keys/],
    [
      { members: [{ url: 'http://x', route: 'a' }], lbMethod: 'bysessions' },
      /lbMethod: must not be "bysessions"/,
    ],
  ])('that are wrong are refused: %j', (options, message) => {
    expect(() => balancer(options as never)).toThrow(message);
    expect(() => balancer(options as never)).toThrow(OptionsError);
  });
});

test('a plain server is enough', async () => {
  const members = [await application('a')];
  const server = createServer(create({ members }));
  bench.also(() => Promise.resolve(server.closeAllConnections()));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = await RawConnection.open(port);
  client.send('GET /a HTTP/1.0\r\n\r\n');
  await client.end();
  expect(client.unread).toContain('"url":"/a"');
  server.close();
});

describe('time limits', () => {
  const SHORT = { replyTimeout: '50ms', idleTimeout: '50ms', bodyTimeout: '50ms' } as const;

  test('a member that does not answer is 504, and an upload that does not go on 408', async () => {
    const silent = await bench.backend();
    const handler = create({ members: [{ url: silent.url, route: 'a' }], ...SHORT });
    const origin = await bench.serve(handler);
    expect(await call(origin)).toMatchObject({ status: 504 });
    const client = await bench.connect(origin);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
    expect((await client.reply()).statusLine).toContain(' 408 ');
    expect(handler.snapshot().members[0]).toMatchObject({ busy: 0, failures: 1 });
  });

  test('a member that stops in the middle of its answer cuts the client off', async () => {
    const stopping = await bench.backend({
      script: (connection) => void connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
    });
    const origin = await bench.serve(create({ members: [{ url: stopping.url, route: 'a' }], ...SHORT }));
    const client = await bench.connect(origin);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.end();
    expect(client.unread).toMatch(/half$/);
  });
});

test('where nobody can serve, clients are sent where the options say', async () => {
  const members = [{ url: 'http://127.0.0.1:1', route: 'dead' }];
  const origin = await bench.serve(create({ members, forward: 'https://sorry.example/' }));
  const reply = await call(`${origin}/x?q=1`);
  expect(reply).toMatchObject({ status: 307, headers: { location: 'https://sorry.example/?q=1' } });
});
