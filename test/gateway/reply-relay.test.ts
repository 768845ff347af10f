import { describe, expect, test } from '@jest/globals';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const SHOW = 'GET /search.pz2?command=show&session=7.pz1 HTTP/1.1\r\nHost: x\r\n\r\n';
const MEGABYTE = 1024 * 1024;

/** A client whose `show` has reached a backend that the test answers by hand. */
async function waitingShow(options = {}, member = {}, clock?: FakeClock) {
  const backend = await bench.backend();
  const members = [{ url: backend.url, route: 'pz1', ...member }];
  const served = await bench.balancer({ members, ...options }, { clock });
  const client = await bench.connect(served.url);
  client.send(SHOW);
  const connection = await backend.connection(0);
  await connection.request();
  return { ...served, backend, client, connection };
}

describe('a reply', () => {
  test('is passed on piece by piece, the first before the second exists', async () => {
    const { client, connection } = await waitingShow();
    connection.write('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfirst');
    expect(await client.until(/first/)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nfirst$/);
    connection.write('second');
    expect(await client.until(/second/)).toMatch(/\r\n\r\nfirstsecond$/);
  });

  test('in chunks, from a member behind a proxy, is passed on piece by piece as well', async () => {
    const { client, connection } = await waitingShow({}, { direct: false });
    connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
    expect(await client.until(/first\r\n/)).toMatch(/\r\n\r\n5\r\nfirst\r\n$/);
    connection.write('0\r\n\r\n');
    expect(await client.until(/0\r\n\r\n/)).toMatch(/\r\n\r\n5\r\nfirst\r\n0\r\n\r\n$/);
  });

  test('waits with the server while the client does not read', async () => {
    const { client, connection, events } = await waitingShow();
    const size = 48 * MEGABYTE;
    client.pause();
    connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += MEGABYTE) connection.write(Buffer.alloc(MEGABYTE, 'x'));
    await turns(100);
    expect(connection.unsent).toBeGreaterThan(size / 2);
    client.resume();
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ status: 200, bytesOut: size, verdict: 'answered' }]);
    await until(() => client.unread.length > size);
  });

  test('that ends too early cuts the connection, so that nobody takes it for complete', async () => {
    const { client, connection, events } = await waitingShow();
    connection.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    await client.end();
    expect(client.unread).toMatch(/\r\n\r\nhalf$/);
    expect(events.finished).toMatchObject([{ verdict: 'aborted', error: 'REPLY_MISSING', status: 200 }]);
  });

  test('to HEAD is read to its end and dropped', async () => {
    const backend = await bench.backend({
      script: (connection) =>
        connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`),
    });
    const { url, events } = await bench.balancer({ members: [{ url: backend.url, route: 'pz1' }] });
    const reply = await call(`${url}?command=show&session=7.pz1`, { method: 'HEAD' });
    expect(reply).toMatchObject({ status: 200, text: '', headers: { 'content-length': '100000' } });
    expect(events.finished).toMatchObject([{ bytesOut: 0, verdict: 'answered' }]);
  });
});

describe('a client that leaves', () => {
  test('before the reply: the request to the server is closed at once', async () => {
    const { client, connection, events, balancer } = await waitingShow();
    client.close();
    await connection.closed;
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ status: 0, verdict: 'aborted', attempts: 1, bytesOut: 0 }]);
    expect(events.error).toEqual([]);
    expect(balancer.snapshot().members).toMatchObject([{ busy: 0, blocking: { inFlight: 0 } }]);
  });

  test('in the middle of the reply: the request to the server is closed at once', async () => {
    const { client, connection, events } = await waitingShow();
    connection.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    await client.until(/half$/);
    client.close();
    await connection.closed;
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ status: 200, verdict: 'aborted', bytesOut: 4 }]);
  });

  test('during the pause before a second attempt: there is none', async () => {
    const { client, connection, backend, events } = await waitingShow({ retryPause: '100ms' });
    connection.end();
    await until(() => events.retried.length > 0);
    client.close();
    await until(() => events.finished.length > 0);
    await turns(10);
    expect(backend.connections).toHaveLength(1);
  });

  test("frees the waiter's place that Pazpar2 has for each session", async () => {
    const simulator = await bench.simulator({ latency: [60_000, 60_000] });
    const { url } = await bench.balancer({ members: [{ url: simulator.url, route: 'pz1' }] });
    const session = /<session>(.*)<\/session>/.exec((await call(`${url}?command=init`)).text)?.[1] ?? '';
    await call(`${url}?command=search&query=water&session=${session}`);
    const show = `GET /search.pz2?command=show&block=1&report=1&session=${session} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const shown = (): number => simulator.requests.filter(({ command }) => command === 'show').length;

    const first = await bench.connect(url);
    first.send(show);
    await until(() => shown() === 1);
    const second = await bench.connect(url);
    second.send(show);
    await second.until(/Already blocked/);
    first.close();
    await until(() => simulator.counters.connectionsOpen === 0);
    const third = await bench.connect(url);
    third.send(show);
    await until(() => shown() === 3);
    await turns(10);
    expect(third.unread).toBe('');
  });
});

/** The client takes nothing of a reply that is too large for all the buffers on its way. */
async function stalledShow() {
  const clock = new FakeClock();
  const shown = await waitingShow({ sendTimeout: '5s' }, {}, clock);
  shown.client.pause();
  shown.connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${48 * MEGABYTE}\r\n\r\n`);
  for (let sent = 0; sent < 48; sent++) shown.connection.write(Buffer.alloc(MEGABYTE, 'x'));
  await turns(100);
  const place = () => shown.balancer.snapshot().members[0]?.blocking;
  return { ...shown, clock, place };
}

describe('a client that takes its reply too slowly', () => {
  test('is cut off after the time that it has, and its place at the server is free', async () => {
    const { client, connection, clock, events, place } = await stalledShow();
    clock.advance(4999);
    await turns(10);
    expect(place()?.inFlight).toBe(1);
    clock.advance(1);
    await connection.closed;
    client.resume();
    await client.end();
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ status: 200, verdict: 'aborted' }]);
    expect(place()?.inFlight).toBe(0);
  });

  test('is not cut off as long as it catches up within that time', async () => {
    const { client, clock, events } = await stalledShow();
    const size = () => client.unread.length;
    for (let megabytes = 12; megabytes < 48; megabytes += 12) {
      clock.advance(4999);
      const before = size();
      client.resume();
      await until(() => size() > before + 11 * MEGABYTE);
      client.pause();
      await turns(100);
    }
    client.resume();
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ verdict: 'answered' }]);
  });

  test('is not the one whose server takes its time', async () => {
    const clock = new FakeClock();
    const { client, connection, events } = await waitingShow({ sendTimeout: '5s' }, {}, clock);
    connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha');
    await client.until(/ha$/);
    clock.advance(30_000);
    connection.write('lf');
    await client.until(/half$/);
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ verdict: 'answered' }]);
  });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
