import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DEFAULT_CLIENTS } from '../../lib/config/clients-schema.ts';
import type { ClientsConfig } from '../../lib/config/config.ts';
import { HttpServer } from '../../lib/gateway/http-server.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { RawConnection } from '../helpers/raw-connection.ts';
import { Started } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const started = new Started();
afterEach(() => started.stopAll());

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n';

/** A server in a time that the test moves; without a handler, the test answers. */
async function serve(clients: Partial<ClientsConfig> = {}, handler?: RequestListener) {
  const clock = new FakeClock();
  const waiting: ServerResponse[] = [];
  const limits = { ...DEFAULT_CLIENTS, headersTimeout: 20_000, ...clients };
  const server = new HttpServer(handler ?? ((_, response) => waiting.push(response)), clock, {
    clients: limits,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  started.also(async () => {
    const stopped = server.stop(0);
    clock.advance(1);
    await stopped;
  });
  const connect = async (): Promise<RawConnection> => {
    const before = server.connections;
    const client = await RawConnection.open(Number(server.address.split(':')[1]));
    started.also(() => Promise.resolve(client.close()));
    await until(
      () =>
        server.connections.open > before.open ||
        server.connections.refused > before.refused ||
        server.connections.evicted > before.evicted,
    );
    return client;
  };
  const crowd = (count: number) =>
    Array.from({ length: count }).reduce<Promise<RawConnection[]>>(
      async (others) => [...(await others), await connect()],
      Promise.resolve([]),
    );
  return { server, clock, waiting, connect, crowd, limits };
}

const answer: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => response.end('answered'));
};

describe('when there are as many connections as may be', () => {
  test('a new one takes the place of that which owes a request for the longest time', async () => {
    const { server, connect, crowd } = await serve({ maxConnections: 10 }, answer);
    const [oldest, second] = await crowd(10);
    const newcomer = await connect();
    newcomer.send(GET);
    await newcomer.until(/answered/);
    expect(await oldest?.end()).toBeDefined();
    expect(second?.ended).toBe(false);
    expect(server.connections).toEqual({ open: 10, most: 10, evicted: 1, refused: 0 });
  });

  test('one that was answered lately is not the first to go', async () => {
    const { connect, crowd } = await serve({ maxConnections: 10 }, answer);
    const [first, second] = await crowd(10);
    first?.send(GET);
    await first?.until(/answered/);
    await connect();
    await second?.end();
    expect(first?.ended).toBe(false);
  });

  test('one whose request is under way stays', async () => {
    const { waiting, connect, crowd } = await serve({ maxConnections: 10 });
    const [first, second] = await crowd(10);
    first?.send(GET);
    await until(() => waiting.length === 1);
    await connect();
    await second?.end();
    waiting[0]?.end('answered');
    expect(await first?.until(/answered/)).toContain('200 OK');
  });

  test('one whose body is not there is none that is under way', async () => {
    const { connect, crowd, server } = await serve({ maxConnections: 10 }, answer);
    const clients = await crowd(10);
    for (const client of clients) client.send(`${POST}ab`);
    clients[1]?.send('cd');
    await clients[1]?.until(/answered/);
    await connect();
    await clients[0]?.end();
    expect(server.connections.evicted).toBe(1);
  });

  test('and every one is under way, the new one goes', async () => {
    const { waiting, connect, crowd, server } = await serve({ maxConnections: 10 });
    for (const client of await crowd(10)) client.send(GET);
    await until(() => waiting.length === 10);
    const newcomer = await connect();
    await newcomer.end();
    expect(server.connections).toEqual({ open: 10, most: 10, evicted: 0, refused: 1 });
    waiting[0]?.end('answered');
  });

  test('pipelined requests are all under way', async () => {
    const { waiting, connect, crowd } = await serve({ maxConnections: 10 });
    const [first, second] = await crowd(10);
    first?.send(GET + GET);
    await until(() => waiting.length === 2);
    waiting[0]?.end('one');
    await first?.until(/one/);
    await connect();
    await second?.end();
    expect(first?.ended).toBe(false);
    waiting[1]?.end('two');
    await first?.until(/two/);
  });

  test('one whose client takes nothing of its reply goes before the new one, unless it is only slow', async () => {
    const { clock, connect, crowd, server, waiting } = await serve({ maxConnections: 10 });
    const clients = await crowd(10);
    for (const [index, client] of clients.entries()) {
      client.pause();
      client.send(GET);
      await until(() => waiting.length === index + 1);
    }
    const size = 16 * 1024 * 1024;
    // Node 26 counts what is written a moment later.
    const written = (index: number, bytes: number): Promise<void> =>
      until(() => (waiting[index]?.socket?.bytesWritten ?? 0) > bytes);
    for (const response of waiting.slice(4, 6)) response.write(Buffer.alloc(size));
    await Promise.all([written(4, size), written(5, size)]);
    clock.advance(1000);
    clients[4]?.resume();
    await until(() => waiting[4]?.writableLength === 0);
    clients[4]?.pause();
    waiting[4]?.write(Buffer.alloc(size));
    await written(4, 2 * size);
    clock.advance(1000);
    const newcomer = await connect();
    expect(server.connections).toEqual({ open: 10, most: 10, evicted: 1, refused: 0 });
    await until(() => waiting[5]?.destroyed === true);
    expect([newcomer.ended, waiting[4]?.destroyed]).toEqual([false, false]);
  });

  test('many that come at once and send nothing drive out each other', async () => {
    const { connect, crowd, server } = await serve({ maxConnections: 10 }, answer);
    await crowd(50);
    const client = await connect();
    client.send(GET);
    await client.until(/answered/);
    expect(server.connections).toEqual({ open: 10, most: 10, evicted: 41, refused: 0 });
  });
});

describe('a connection', () => {
  test('on which nothing comes is closed after the time for a head, without a word', async () => {
    const { clock, connect } = await serve();
    const client = await connect();
    clock.advance(19_000);
    expect(client.ended).toBe(false);
    clock.advance(1000);
    await client.end();
    expect(client.unread).toBe('');
  });

  test('on which a head comes too slowly is told so', async () => {
    const { clock, connect } = await serve();
    const client = await connect();
    for (let seconds = 0; seconds < 20; seconds += 4) {
      client.send(seconds === 0 ? 'GET / HTTP/1.1\r\n' : `X-${seconds}: 1\r\n`);
      await turns(50);
      clock.advance(4000);
    }
    await client.end();
    expect(client.unread).toMatch(/^HTTP\/1\.1 408 Request took too long to arrive\r\n[^]*<error code="225"/);
  });

  test('that is kept between two requests has its own time, and from the first byte that of a head', async () => {
    const { clock, connect } = await serve({}, answer);
    const client = await connect();
    client.send(GET);
    await client.until(/answered/);
    clock.advance(60_000);
    client.send('GET / ');
    await turns(50);
    clock.advance(20_000);
    expect(client.unread).not.toContain('408');
    clock.advance(1000);
    expect(await client.until(/408/)).toMatch(/answered.*HTTP\/1\.1 408/s);
  });

  test('whose body takes longer than a head may is left alone', async () => {
    const { clock, connect } = await serve({}, answer);
    const client = await connect();
    client.send(`${POST}ab`);
    await turns(20);
    clock.advance(60_000);
    client.send('cd');
    expect(await client.until(/answered/)).toContain('200 OK');
  });

  test('that was answered before its body was there has the time of a head for the rest', async () => {
    const { clock, connect } = await serve({}, (request, response) => {
      request.resume();
      response.end('answered');
    });
    const client = await connect();
    client.send(`${POST}ab`);
    await client.until(/answered/);
    clock.advance(19_000);
    await turns(20);
    expect(client.ended).toBe(false);
    clock.advance(2000);
    await client.end();
  });

  test('that is being served has no limit here', async () => {
    const { clock, connect, waiting } = await serve();
    const client = await connect();
    client.send(GET);
    await until(() => waiting.length === 1);
    clock.advance(3_600_000);
    waiting[0]?.end('answered');
    expect(await client.until(/answered/)).toContain('200 OK');
  });
});

test('other limits hold for connections that are open already', async () => {
  const { clock, connect, server, limits } = await serve();
  const client = await connect();
  server.limit({ ...limits, headersTimeout: 5000 });
  clock.advance(5000);
  expect(await client.end()).toBe('end');
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => void setImmediate(resolve));
}

describe('a connection at rest', () => {
  const rests = { keepAliveTimeout: 5000 };

  test('is kept for as long as its client was told and a second more, counted from its last reply', async () => {
    const { server, clock, connect } = await serve(rests, answer);
    const client = await connect();
    for (const wait of [5900, 5900]) {
      client.send(GET);
      expect((await client.reply()).head).toContain('\r\nKeep-Alive: timeout=5\r\n');
      clock.advance(wait);
    }
    expect(client.ended).toBe(false);
    clock.advance(600);
    expect(await client.end()).toBe('end');
    expect(server.connections.open).toBe(0);
  });

  test('takes a new time from the configuration', async () => {
    const { server, clock, connect, limits } = await serve(rests, answer);
    const client = await connect();
    client.send(GET);
    await client.reply();
    server.limit({ ...limits, keepAliveTimeout: 60_000 });
    clock.advance(30_000);
    client.send(GET);
    expect((await client.reply()).head).toContain('\r\nKeep-Alive: timeout=60\r\n');
  });

  test('is not promised to a client whose connection ends with the reply', async () => {
    const { connect } = await serve(rests, (request, response) => {
      if (request.url === '/close') response.setHeader('Connection', 'close');
      answer(request, response);
    });
    for (const bytes of [
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /close HTTP/1.1\r\nHost: x\r\n\r\n',
    ]) {
      const client = await connect();
      client.send(bytes);
      await client.end();
      expect(client.unread).toContain('answered');
      expect(client.unread).not.toContain('Keep-Alive');
    }
  });
});
