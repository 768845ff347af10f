import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PazparSimulator } from '../../lib/simulator/index.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { ask, begin, exchange, RawConnection } from '../helpers/raw-connection.ts';
import { until } from '../helpers/until.ts';

const BAD_REQUEST = '<error>HTTP Error 400: Bad Request</error>\n';

let clock: FakeClock;
let simulator: PazparSimulator;
let connection: RawConnection;
let session: string;

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await PazparSimulator.start({ clock, latency: [100, 100] });
  session = await begin(simulator.port);
  connection = await RawConnection.open(simulator.port);
});

afterEach(async () => {
  connection.close();
  await simulator.stop();
});

const executed = (): string[] =>
  simulator.requests.filter((request) => request.executed).map(({ command }) => command ?? '');

describe('A request', () => {
  test.each(['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE', 'BREW'])(
    'with method %s runs the command and has a whole answer',
    async (method) => {
      const { statusLine, body } = await exchange(
        simulator.port,
        `${method} /?command=ping&session=${session} HTTP/1.1\r\n\r\n`,
      );
      expect([statusLine, body.endsWith('<ping><status>OK</status></ping>')]).toEqual([
        'HTTP/1.1 200 OK',
        true,
      ]);
    },
  );

  test.each(['/x/y', 'http://evil/zz', '*', ''])('with path %j runs the command', async (path) => {
    const { statusLine } = await exchange(
      simulator.port,
      `GET ${path}?command=ping&session=${session} HTTP/1.1\r\n\r\n`,
    );
    expect(statusLine).toBe('HTTP/1.1 200 OK');
  });

  test('with a head of 4095 bytes is answered', async () => {
    const start = `GET /?command=ping&session=${session} HTTP/1.1\r\nCookie: `;
    const { statusLine } = await exchange(
      simulator.port,
      `${start}${'x'.repeat(4095 - start.length - 4)}\r\n\r\n`,
    );
    expect(statusLine).toBe('HTTP/1.1 200 OK');
  });

  test('with a head of 4096 bytes is refused, and the connection ends', async () => {
    const start = `GET /?command=ping&session=${session} HTTP/1.1\r\nCookie: `;
    connection.send(`${start}${'x'.repeat(4096 - start.length - 4)}\r\n\r\n`);
    const { statusLine, body } = await connection.reply();
    expect([statusLine, body]).toEqual(['HTTP/1.1 400 Bad Request', BAD_REQUEST]);
    await connection.end();
    expect(executed()).toEqual(['init']);
  });

  test('with a body of a megabyte is answered when all of it has come', async () => {
    connection.send(`POST /?command=ping&session=${session} HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n`);
    connection.send('x'.repeat(999_999));
    await ask(simulator.port, 'command=info');
    expect(connection.unread).toBe('');
    connection.send('x');
    expect((await connection.reply()).statusLine).toBe('HTTP/1.1 200 OK');
    expect(simulator.requests.at(-1)?.body).toHaveLength(1_000_000);
  });

  test('is answered in the version it names', async () => {
    const { statusLine } = await exchange(
      simulator.port,
      `GET /?command=ping&session=${session} HTTP/9.999\r\n\r\n`,
    );
    expect(statusLine).toBe('HTTP/9.999 200 OK');
  });

  test('hidden behind Transfer-Encoding is run as a request of its own', async () => {
    connection.send(
      `POST /?command=ping&session=${session} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `GET /?command=stop&session=${session} HTTP/1.1\r\n\r\n`,
    );
    const bodies = [await connection.reply(), await connection.reply()].map(
      ({ body }) => body.split('\n')[1],
    );
    expect(bodies).toEqual(['<ping><status>OK</status></ping>', '<stop><status>OK</status></stop>']);
    expect(executed()).toEqual(['init', 'ping', 'stop']);
  });

  test('after an empty line is never answered', async () => {
    connection.send('\r\n');
    connection.get(`command=ping&session=${session}`);
    clock.advance(60_000);
    await connection.end();
    expect([connection.unread, executed()]).toEqual(['', ['init']]);
  });

  test('that arrives while another one waits is answered after it', async () => {
    connection.get(`command=search&query=libraries&session=${session}`);
    await connection.reply();
    connection.get(`command=show&block=1&num=0&session=${session}`);
    connection.get(`command=ping&session=${session}`);
    await until(() => executed().includes('show'));
    clock.advance(100);
    const bodies = [await connection.reply(), await connection.reply()].map(({ body }) => body.slice(39, 45));
    expect(bodies).toEqual(['<show>', '<ping>']);
  });
});

describe('A connection', () => {
  test('serves several requests', async () => {
    for (let count = 0; count < 3; count += 1) {
      connection.get(`command=ping&session=${session}`);
      await connection.reply();
    }
    expect(connection.ended).toBe(false);
    expect(simulator.counters.connectionsTotal).toBe(2);
  });

  test.each(['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'])(
    'ends after %j',
    async (request) => {
      connection.send(request);
      await connection.reply();
      expect(await connection.end()).toBe('end');
    },
  );

  test('ends when the client says that it will send no more', async () => {
    connection.halfClose();
    expect(await connection.end()).toBe('end');
  });

  test('ends after 60 idle seconds', async () => {
    clock.advance(59_999);
    connection.get(`command=ping&session=${session}`);
    await connection.reply();
    clock.advance(59_999);
    expect(connection.ended).toBe(false);
    clock.advance(1);
    expect(await connection.end()).toBe('end');
  });

  test('gets a long answer in pieces of 4096 bytes, the second one after the first was acknowledged', async () => {
    const sizes: number[] = [];
    for (let attempt = 0; attempt < 5 && !sizes.includes(4096); attempt += 1) {
      connection.chunkSizes.length = 0;
      connection.get('command=info');
      const { head, body } = await connection.reply();
      expect(head.length + body.length).toBeGreaterThan(4096);
      sizes.push(connection.chunkSizes[0] ?? 0);
    }
    expect(sizes).toContain(4096);
  });

  test('carries bytes that are no UTF-8 unchanged', async () => {
    connection.get('command=ping&session=%ff%3c');
    expect((await connection.reply()).body).toContain('>\xff&lt;</error>');
  });
});
