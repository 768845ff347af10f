import { describe, expect, test } from '@jest/globals';
import compression from 'compression';
import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import session from 'express-session';
import helmet from 'helmet';
import morgan from 'morgan';
import supertest from 'supertest';
import { gunzipSync } from 'node:zlib';
import { pazpar2Balancer, type Pazpar2BalancerOptions } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const ORIGIN = 'https://library.example';

/** An application with a balancer behind other middlewares. */
function mount(
  options: Pazpar2BalancerOptions,
  before: readonly RequestHandler[] = [],
  app: Express = express(),
): Express {
  const balancer = pazpar2Balancer({ health: 'off', ...options });
  bench.also(() => balancer.close());
  for (const handler of before) app.use(handler);
  return app.use('/search.pz2', balancer);
}

/** A client whose `show` has reached a backend that the test answers by hand. */
async function waitingShow() {
  const backend = await bench.backend();
  const app = mount({ members: [{ url: backend.url, route: 'pz1' }] }, [compression({ flush: 2 })]);
  const client = await bench.connect(await bench.serve(app));
  client.send(
    'GET /search.pz2?command=show&session=7.pz1 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n',
  );
  const connection = await backend.connection(0);
  await connection.request();
  return { client, connection };
}

const preflight = (url: string, origin: string) =>
  call(url, { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });

/** What the member hears when this is sent to an application with this setting of `trust proxy`. */
async function heard(trust: unknown, given: string | undefined): Promise<{ sent: string; client: unknown }> {
  const { members, simulators } = await bench.farm(1);
  const app = express().set('trust proxy', trust);
  const balancer = pazpar2Balancer({ members, health: 'off' });
  bench.also(() => balancer.close());
  const clients: string[] = [];
  balancer.on('finished', ({ client }) => clients.push(client));
  const url = await bench.serve(app.use(balancer));
  await call(`${url}/?command=init`, { headers: given === undefined ? {} : { 'X-Forwarded-For': given } });
  const sent = /x-forwarded-for: ([^\r\n]*)/i.exec(simulators[0]?.requests[0]?.head ?? '')?.[1] ?? '';
  return { sent, client: clients[0] };
}

const allowedOrigin = async (url: string): Promise<unknown> =>
  (await call(`${url}?command=init`, { headers: { Origin: ORIGIN } })).headers['access-control-allow-origin'];

describe('next to compression', () => {
  const headers = { 'Accept-Encoding': 'gzip' };

  test('large replies are compressed, small ones are not, and all are the same', async () => {
    const { members } = await bench.farm(1);
    const url = `${await bench.serve(mount({ members }, [compression()]))}/search.pz2`;
    const id = await initSession(url);
    await call(`${url}?command=search&query=cataloguing&session=${id}`);
    const plain = await call(`${url}?command=show&block=1&num=50&session=${id}`);
    const packed = await call(`${url}?command=show&num=50&session=${id}`, { headers });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(packed.headers['content-length']).toBeUndefined();
    expect(gunzipSync(packed.body).toString()).toContain('<hit>');
    expect(plain.text).toContain('<hit>');
    const ping = await call(`${url}?command=ping&session=${id}`, { headers });
    expect(ping.headers['content-encoding']).toBeUndefined();
    expect(ping.text).toContain('<ping><status>OK</status></ping>');
  });

  test('a client that leaves closes the request to the member', async () => {
    const { client, connection } = await waitingShow();
    connection.write(
      `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9999\r\n\r\n${'x'.repeat(2000)}`,
    );
    await client.until(/\r\n\r\n/);
    client.close();
    await connection.closed;
    expect(connection.isClosed).toBe(true);
  });

  test('a reply that ends too early is not made complete', async () => {
    const { client, connection } = await waitingShow();
    connection.end(
      `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9999\r\n\r\n${'x'.repeat(2000)}`,
    );
    await client.end();
    expect(client.unread).not.toMatch(/\r\n0\r\n\r\n$/);
  });
});

describe('next to helmet, morgan and express-session', () => {
  test('replies have their headers and everybody else’s', async () => {
    const { members } = await bench.farm(1);
    const lines: string[] = [];
    const app = mount({ members }, [
      morgan(':method :status :url', { stream: { write: (line) => void lines.push(line.trim()) } }),
      helmet(),
      session({ secret: 'test', resave: true, saveUninitialized: true }),
    ]);
    const reply = await supertest(app).get('/search.pz2?command=init');
    expect(reply.status).toBe(200);
    expect(reply.text).toMatch(/<session>\d+\.pz1<\/session>/);
    expect(reply.headers).toMatchObject({
      'content-type': 'text/xml',
      'x-content-type-options': 'nosniff',
      'cache-control': expect.stringContaining('no-store'),
      'set-cookie': [expect.stringMatching(/^connect\.sid=/)],
    });
    const refused = await supertest(app).get('/search.pz2?command=exit').set('Cookie', 'a=b');
    expect(refused.status).toBe(403);
    expect(refused.headers['content-security-policy']).toBe(reply.headers['content-security-policy']);
    expect(lines).toEqual(['GET 200 /search.pz2?command=init', 'GET 403 /search.pz2?command=exit']);
  });

  test('a large reply behind express-session comes whole', async () => {
    const { members } = await bench.farm(1);
    const app = mount({ members }, [session({ secret: 'test', resave: true, saveUninitialized: true })]);
    const url = `${await bench.serve(app)}/search.pz2`;
    const id = await initSession(url);
    await call(`${url}?command=search&query=cataloguing&session=${id}`);
    await call(`${url}?command=termlist&block=1&session=${id}`);
    const { headers, body, text } = await call(`${url}?command=show&num=50&session=${id}`);
    expect(body).toHaveLength(Number(headers['content-length']));
    expect(text).toMatch(/<\/show>$/);
  });
});

describe('CORS', () => {
  test('is answered here when it is configured: on replies, errors and preflights', async () => {
    const { members } = await bench.farm(1);
    const url = `${await bench.serve(mount({ members, cors: [ORIGIN] }))}/search.pz2`;
    const headers = { Origin: ORIGIN };
    for (const query of ['command=init', 'command=exit', 'command=ping&session=7.pz9', 'nonsense']) {
      const reply = await call(`${url}?${query}`, { headers });
      expect(reply.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
    }
    expect((await call(url, { method: 'DELETE', headers })).headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
    });
    expect(await preflight(url, ORIGIN)).toMatchObject({
      status: 204,
      headers: {
        allow: 'GET, HEAD, POST, OPTIONS',
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'GET,HEAD,POST',
      },
    });
  });

  test('is granted to nobody else', async () => {
    const { members } = await bench.farm(1);
    const url = `${await bench.serve(mount({ members, cors: [ORIGIN] }))}/search.pz2`;
    for (const reply of [
      await preflight(url, 'https://evil.example'),
      await call(`${url}?command=init`, { headers: { Origin: 'https://evil.example' } }),
    ]) {
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('is granted to everybody by true, to nobody by default', async () => {
    const { members } = await bench.farm(1);
    const open = `${await bench.serve(mount({ members, cors: true }))}/search.pz2`;
    const closed = `${await bench.serve(mount({ members }))}/search.pz2`;
    expect(await allowedOrigin(open)).toBe('*');
    expect(await allowedOrigin(closed)).toBeUndefined();
  });

  test('may be left to the application', async () => {
    const { members } = await bench.farm(1);
    const app = mount({ members }, [cors({ origin: ORIGIN })]);
    const reply = await supertest(app).get('/search.pz2?command=init').set('Origin', ORIGIN);
    expect(reply.status).toBe(200);
    expect(reply.headers['access-control-allow-origin']).toBe(ORIGIN);
  });
});

describe('X-Forwarded-For', () => {
  test.each<[string, unknown, string | undefined, string]>([
    ['is the peer', false, undefined, '127.0.0.1'],
    ['is replaced when nobody is trusted', false, '6.6.6.6', '127.0.0.1'],
    ['is replaced when others are trusted', '10.0.0.0/8', '6.6.6.6', '127.0.0.1'],
    ['is continued behind a trusted proxy', 'loopback', '6.6.6.6', '6.6.6.6, 127.0.0.1'],
    ['is continued by number of proxies', 1, '1.1.1.1, 6.6.6.6', '1.1.1.1, 6.6.6.6, 127.0.0.1'],
  ])('%s', async (_, trust, given, expected) => {
    expect((await heard(trust, given)).sent).toBe(expected);
  });

  test('has 200 bytes at most, the nearest entries', async () => {
    const { sent } = await heard(true, Array.from({ length: 60 }, (_, n) => `10.0.0.${n}`).join(', '));
    expect(sent.length).toBeLessThanOrEqual(200);
    expect(sent).toMatch(/10\.0\.0\.58, 10\.0\.0\.59, 127\.0\.0\.1$/);
  });
});

test('an error handler of the application is not called: every request is answered here', async () => {
  const { members } = await bench.farm(1);
  const called: string[] = [];
  const app = mount({ members });
  app.use((request, _response, next) => {
    called.push(request.url);
    next();
  });
  for (const query of ['command=init', 'command=exit', '%%%', 'command=ping&session=%00']) {
    expect((await supertest(app).get(`/search.pz2?${query}`)).type).toBe('text/xml');
  }
  expect((await supertest(app).put('/search.pz2')).status).toBe(405);
  expect(called).toEqual([]);
});

test('a response that somebody has ended is left alone', async () => {
  const { members, simulators } = await bench.farm(1);
  const app = mount({ members }, [
    (_request, response, next) => {
      response.send('already');
      next();
    },
  ]);
  expect((await supertest(app).get('/search.pz2?command=init')).text).toBe('already');
  await until(() => simulators[0]?.counters.connectionsOpen === 0);
});

test('an application that keeps what is written finds it unchanged when other replies have passed', async () => {
  const backend = await bench.backend({
    script: (connection, { head }) => {
      const letter = /session=1/.test(head) ? 'a' : 'b';
      connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${letter.repeat(100_000)}`);
    },
  });
  const kept: Buffer[] = [];
  const keep: RequestHandler = (_, response, next) => {
    const write = response.write.bind(response);
    response.write = (chunk: unknown, ...rest: unknown[]) => {
      if (Buffer.isBuffer(chunk)) kept.push(chunk);
      return Reflect.apply(write, response, [chunk, ...rest]);
    };
    next();
  };
  const url = await bench.serve(mount({ members: [{ url: backend.url, route: 'pz1' }] }, [keep]));
  await call(`${url}/search.pz2?command=show&session=1.pz1`);
  const first = kept.splice(0);
  for (let count = 0; count < 5; count += 1) await call(`${url}/search.pz2?command=show&session=2.pz1`);
  expect(Buffer.concat(first).toString()).toBe('a'.repeat(100_000));
});
