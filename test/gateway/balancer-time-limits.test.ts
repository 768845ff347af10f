import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions, MemberOptions } from '../../lib/config/options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { DeafServer } from '../helpers/deaf-server.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call, type Reply } from '../helpers/http-client.ts';
import { pingReply } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';
import { NAME_WITHOUT_ADDRESS } from '../helpers/no-address.ts';

const bench = useBalancerBench();

/** A request that has reached a silent backend, in a time that the test moves. */
async function waiting(query: string, options: Partial<ClusterOptions> = {}) {
  const clock = new FakeClock();
  const backend = await bench.backend();
  const members = [{ url: backend.url, route: 'pz1' }];
  const served = await bench.balancer({ members, ...options }, { clock });
  let reply: Reply | undefined;
  const over = call(`${served.url}?${query}`).then((value) => (reply = value));
  const connection = await backend.connection(0);
  await connection.request();
  return { ...served, clock, backend, connection, over, reply: () => reply };
}

/** A reply of so many bytes has begun; the client shows what came. */
async function begun(length: number, options: Partial<ClusterOptions> = {}) {
  const clock = new FakeClock();
  const backend = await bench.backend();
  const members = [{ url: backend.url, route: 'pz1' }];
  const served = await bench.balancer({ members, ...options }, { clock });
  const client = await bench.connect(served.url);
  client.send('GET /search.pz2?command=show&session=7.pz1 HTTP/1.1\r\nHost: x\r\n\r\n');
  const connection = await backend.connection(0);
  await connection.request();
  connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nhalf`);
  await client.until(/half$/);
  return { ...served, clock, connection, client };
}

function twoMembers(url: string): MemberOptions[] {
  return [
    { url, route: 'pz1' },
    { url, route: 'pz2' },
  ];
}

describe('a member that does not begin to answer', () => {
  test.each([
    ['30 s', 30_000, 'command=ping&session=7.pz1'],
    ['30 s', 30_000, 'command=search&query=x&session=7.pz1'],
    ['30 s', 30_000, 'command=termlist&session=7.pz1'],
    ['30 s', 30_000, 'command=init'],
    ['150 s', 150_000, 'command=termlist&block=1&session=7.pz1'],
    ['150 s', 150_000, 'command=bytarget&block=1&session=7.pz1'],
    ['150 s', 150_000, 'command=show&session=7.pz1'],
    ['150 s', 150_000, 'command=record&id=1&session=7.pz1'],
  ])('within %s is given up', async (_, limit, query) => {
    const { clock, connection, over, reply, events } = await waiting(query);
    clock.advance(limit - 1);
    expect(connection.isClosed).toBe(false);
    clock.advance(1);
    await over;
    await connection.closed;
    expect(reply()).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(events.error).toMatchObject([{ code: 'REPLY_TIMEOUT', route: 'pz1' }]);
    expect(reply()?.text).toContain('<error code="215" msg="Server took too long to answer">');
  });

  test('is left alone by new sessions, but asked no second time by an init that it may have run', async () => {
    const { clock, over, events, balancer } = await waiting('command=init');
    clock.advance(30_000);
    await over;
    expect(balancer.snapshot().members).toMatchObject([{ failures: 1, state: { restsFor: 60_000 } }]);
    expect(events.finished).toMatchObject([{ attempts: 1, verdict: 'failed', duration: 30_000 }]);
  });

  test.each([
    ['shorter', { replyTimeout: '1s', requestTimeout: '5s' } as const, 1000, 'REPLY_TIMEOUT'],
    ['longer', { replyTimeout: '5s', requestTimeout: '1s' } as const, 1000, 'REQUEST_TIMEOUT'],
  ])('has the %s of its own limit and that of the whole request', async (_, options, limit, code) => {
    const { clock, over, events } = await waiting('command=ping&session=7.pz1', options);
    clock.advance(limit);
    expect((await over).status).toBe(503);
    expect(events.error).toMatchObject([{ code }]);
  });
});

describe('a member that stops in the middle of its answer', () => {
  test('for the idle limit is cut off, and so is the client', async () => {
    const { clock, connection, client, events } = await begun(100);
    clock.advance(59_999);
    connection.write('more');
    await client.until(/more$/);
    clock.advance(59_999);
    expect(connection.isClosed).toBe(false);
    clock.advance(1);
    await connection.closed;
    await client.end();
    expect(events.error).toMatchObject([{ code: 'BODY_TIMEOUT', route: 'pz1' }]);
    expect(events.finished).toMatchObject([{ verdict: 'aborted', error: 'BODY_TIMEOUT', status: 200 }]);
  });

  test('because the client does not read is not to blame', async () => {
    const size = 32 * 1024 * 1024;
    const { clock, connection, client, events } = await begun(size + 4, { sendTimeout: '10m' });
    client.pause();
    connection.write(Buffer.alloc(size, 'x'));
    await unchanged(() => connection.unsent);
    clock.advance(61_000);
    client.resume();
    await until(() => events.finished.length > 0);
    expect(events.finished).toMatchObject([{ verdict: 'answered', bytesOut: size + 4 }]);
  });
});

describe('a request that takes too long over all its attempts', () => {
  test('is given up after 200 s', async () => {
    const { clock, backend, connection, over, events } = await waiting('command=show&session=7.pz1');
    clock.advance(100_000);
    connection.end();
    await until(() => events.retried.length > 0);
    clock.advance(250);
    const second = await backend.connection(1);
    await second.request();
    clock.advance(99_749);
    expect(second.isClosed).toBe(false);
    clock.advance(1);
    expect(await over).toMatchObject({ status: 503, reason: 'Request took too long' });
    await second.closed;
    expect(events.error).toMatchObject([{ code: 'REQUEST_TIMEOUT' }]);
  });
});

describe('a record that ended without an answer', () => {
  test.each([
    ['once more', 5000, 2],
    ['not again', 5001, 1],
  ])('is asked for %s after %i ms', async (_, duration, attempts) => {
    const { clock, connection, over, events, backend } = await waiting('command=record&id=1&session=7.pz1');
    clock.advance(duration);
    connection.end();
    if (attempts === 2) {
      await until(() => events.retried.length > 0);
      clock.advance(250);
      const second = await backend.connection(1);
      await second.request();
      second.write(pingReply());
    }
    expect((await over).status).toBe(attempts === 2 ? 200 : 503);
    expect(events.finished).toMatchObject([{ attempts }]);
  });
});

describe('a member that cannot be reached', () => {
  test('within the limit of connecting is no lost session, and init goes elsewhere', async () => {
    const deaf = await DeafServer.listen();
    bench.also(() => deaf.stop());
    const simulator = await bench.simulator();
    const { url, events } = await bench.balancer({
      members: [
        { url: deaf.url, route: 'pz1' },
        { url: simulator.url, route: 'pz2' },
      ],
      connectTimeout: '300ms',
    });
    expect(await call(`${url}?command=ping&session=7.pz1`)).toMatchObject({
      status: 503,
      reason: 'Server took too long to accept',
    });
    expect(events.finished).toMatchObject([{ attempts: 1, error: 'CONNECT_TIMEOUT' }]);
    expect(await initSession(url)).toMatch(/\.pz2$/);
  });

  test('because its name has no address is no lost session', async () => {
    const { url, events } = await bench.balancer({
      members: twoMembers(`http://${NAME_WITHOUT_ADDRESS}:9004`),
    });
    expect((await call(`${url}?command=ping&session=7.pz1`)).status).toBe(503);
    expect((await call(`${url}?command=init`)).status).toBe(503);
    expect(events.error.map(({ code }) => code)).toEqual(['MEMBER_UNREACHABLE', 'NO_MEMBER_AVAILABLE']);
    expect(events.error.map(({ message }) => message).join()).not.toContain('invalid');
  });

  test('by TLS is no lost session', async () => {
    const backend = await bench.backend({ script: (connection) => connection.write(pingReply()) });
    const { url, events } = await bench.balancer({
      members: twoMembers(backend.url.replace('http:', 'https:')),
      connectTimeout: '1s',
    });
    expect((await call(`${url}?command=ping&session=7.pz1`)).status).toBe(503);
    expect(events.error).toMatchObject([{ code: expect.stringMatching(/^(?:TLS_FAILED|CONNECT_TIMEOUT)$/) }]);
  });
});

/** Waits until a number has stayed the same for many turns of the event loop. */
async function unchanged(read: () => number): Promise<void> {
  let last = read();
  for (let same = 0; same < 200; same++) {
    await new Promise((resolve) => void setImmediate(resolve));
    if (read() === last) continue;
    last = read();
    same = 0;
  }
}
