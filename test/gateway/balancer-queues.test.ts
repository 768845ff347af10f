import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call, type Reply } from '../helpers/http-client.ts';
import { initReply, pingReply } from '../helpers/pazpar-bytes.ts';
import type { BackendConnection } from '../helpers/scripted-backend.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const SHOW = 'command=show&block=1&session=7.pz1';
const PING = 'command=ping&session=7.pz1';

/** A balancer in a time that the test moves, before a backend that answers pings and inits and lets everything else wait. */
async function crowded(options: Partial<ClusterOptions>) {
  const clock = new FakeClock();
  const held: BackendConnection[] = [];
  let sessions = 0;
  const backend = await bench.backend({
    script: (connection, { head }) => {
      if (head.includes('command=init')) connection.write(initReply(String(++sessions)));
      else if (head.includes('command=ping')) connection.write(pingReply());
      else held.push(connection);
    },
  });
  const served = await bench.balancer(
    { members: [{ url: backend.url, route: 'pz1' }], ...options },
    { clock },
  );
  const lane = (name: 'blocking' | 'quick') => served.balancer.snapshot().members[0]?.[name];
  /** Starts requests one after the other, each when the one before has its place or its seat. */
  const start = async (
    query: string,
    count: number,
    name: 'blocking' | 'quick',
  ): Promise<Promise<Reply>[]> => {
    const replies: Promise<Reply>[] = [];
    const before = (lane(name)?.inFlight ?? 0) + (lane(name)?.waiting ?? 0);
    for (let number = 1; number <= count; number++) {
      replies.push(call(`${served.url}?${query}`));
      await until(() => (lane(name)?.inFlight ?? 0) + (lane(name)?.waiting ?? 0) === before + number);
    }
    return replies;
  };
  return { ...served, clock, held, lane, start };
}

describe('blocked requests', () => {
  test('never hold up a ping, though every place and seat of theirs is taken', async () => {
    const { url, lane, start } = await crowded({ maxBlocking: 2, maxQueue: 1 });
    const blocked = await start(SHOW, 3, 'blocking');
    expect(lane('blocking')).toEqual({ inFlight: 2, waiting: 1 });
    expect((await call(`${url}?${PING}`)).status).toBe(200);
    expect((await call(`${url}?command=init`)).status).toBe(200);
    for (const reply of blocked) reply.catch(() => undefined);
  });

  test('beyond the places wait for one, in the order of arrival', async () => {
    const { held, lane, start, clock, events } = await crowded({ maxBlocking: 1 });
    const [first, second, third] = await start(SHOW, 3, 'blocking');
    expect(lane('blocking')).toEqual({ inFlight: 1, waiting: 2 });
    for (const reply of [first, second, third]) {
      clock.advance(1000);
      await until(() => held.length > 0);
      held.shift()?.write(pingReply());
      expect((await reply)?.status).toBe(200);
    }
    expect(events.finished.map(({ queued }) => queued)).toEqual([0, 1000, 2000]);
    expect(lane('blocking')).toEqual({ inFlight: 0, waiting: 0 });
  });

  test('beyond the seats are refused at once: try later', async () => {
    const { url, start, held } = await crowded({ maxBlocking: 1, maxQueue: 1 });
    const waiting = await start(SHOW, 2, 'blocking');
    expect(await call(`${url}?${SHOW}`)).toMatchObject({
      status: 503,
      reason: 'Server is full',
      headers: { 'retry-after': '5' },
    });
    for (const reply of waiting) {
      await until(() => held.length > 0);
      held.shift()?.write(pingReply());
      expect((await reply).status).toBe(200);
    }
  });

  test('wait 5 s at most', async () => {
    const { start, clock, lane, held } = await crowded({ maxBlocking: 1 });
    const [first, second] = await start(SHOW, 2, 'blocking');
    clock.advance(4999);
    expect(lane('blocking')).toEqual({ inFlight: 1, waiting: 1 });
    clock.advance(1);
    const reply = await second;
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(reply?.text).toContain('<error code="221" msg="Waited too long for the server">');
    held.shift()?.write(pingReply());
    expect((await first)?.status).toBe(200);
  });

  test('whose client leaves give their place or seat to the next', async () => {
    const { url, start, lane, held } = await crowded({ maxBlocking: 1 });
    const inFlight = await bench.connect(url);
    inFlight.send(`GET /search.pz2?${SHOW} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => held.length === 1);
    const seated = await bench.connect(url);
    seated.send(`GET /search.pz2?${SHOW} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => lane('blocking')?.waiting === 1);
    const [last] = await start(SHOW, 1, 'blocking');
    seated.close();
    await until(() => lane('blocking')?.waiting === 1);
    inFlight.close();
    await until(() => held.length === 2);
    held[1]?.write(pingReply());
    expect((await last)?.status).toBe(200);
    expect(held).toHaveLength(2);
  });
});

describe('quick requests', () => {
  test('have places and seats of their own', async () => {
    const { url, start, held, lane } = await crowded({ maxQuick: 1, maxQueue: 1 });
    const searches = await start('command=search&query=x&session=7.pz1', 2, 'quick');
    expect(await call(`${url}?${PING}`)).toMatchObject({ status: 503, reason: 'Server is full' });
    const [show] = await start(SHOW, 1, 'blocking');
    await until(() => held.length === 2);
    for (let index = 0; index < 3; index++) {
      await until(() => held[index] !== undefined);
      held[index]?.write(pingReply());
    }
    for (const reply of [...searches, show]) expect((await reply)?.status).toBe(200);
    expect(lane('quick')).toEqual({ inFlight: 0, waiting: 0 });
  });
});

describe('new sessions', () => {
  test('beyond 200 a second to one member go to the next', async () => {
    const clock = new FakeClock();
    const { simulators, members } = await bench.farm(2);
    const { url, balancer } = await bench.balancer({ members }, { clock });
    balancer.members.update('pz1', { loadFactor: 100 });
    for (let count = 0; count < 300; count++) expect((await call(`${url}?command=init`)).status).toBe(200);
    expect(simulators.map(({ counters }) => counters.inits)).toEqual([200, 100]);
  });

  test('wait when every member has had its 200 in this second, and go on in their order', async () => {
    const { url, clock, balancer } = await crowded({ maxInitRate: 2 });
    const first = await Promise.all([call(`${url}?command=init`), call(`${url}?command=init`)]);
    expect(first.map(({ status }) => status)).toEqual([200, 200]);
    const begun: number[] = [];
    for (let number = 0; number < 3; number++) {
      void call(`${url}?command=init`).then(() => begun.push(number));
      await until(() => balancer.snapshot().waitingInits === number + 1);
    }
    clock.advance(999);
    expect(balancer.snapshot().waitingInits).toBe(3);
    clock.advance(20);
    await until(() => begun.length === 2);
    expect(new Set(begun)).toEqual(new Set([0, 1]));
    clock.advance(1000);
    await until(() => begun.length === 3);
  });

  test('that come later do not overtake those that wait', async () => {
    const { url, clock, balancer } = await crowded({ maxInitRate: 1 });
    expect((await call(`${url}?command=init`)).status).toBe(200);
    clock.advance(5);
    const early = call(`${url}?command=init`);
    await until(() => balancer.snapshot().waitingInits === 1);
    clock.advance(995);
    const late = call(`${url}?command=init`);
    await until(() => balancer.snapshot().waitingInits === 2);
    clock.advance(5);
    expect((await early).status).toBe(200);
    expect(balancer.snapshot().waitingInits).toBe(1);
    clock.advance(1000);
    expect((await late).status).toBe(200);
  });

  test('are refused when as many wait as may, and after 5 s: try later', async () => {
    const { url, clock, balancer, events } = await crowded({ maxInitRate: 1, maxQueue: 1 });
    expect((await call(`${url}?command=init`)).status).toBe(200);
    balancer.members.setState('pz1', 'enabled');
    const waiting = call(`${url}?command=init`);
    await until(() => balancer.snapshot().waitingInits === 1);
    expect(await call(`${url}?command=init`)).toMatchObject({
      status: 503,
      reason: 'Server is full',
      headers: { 'retry-after': '5' },
    });
    balancer.members.setState('pz1', 'draining');
    for (let time = 0; time < 5000; time += 10) clock.advance(10);
    expect(await waiting).toMatchObject({ status: 503, reason: 'Waited too long for the server' });
    expect(events.finished.at(-1)).toMatchObject({ error: 'QUEUE_TIMEOUT', queued: 5000 });
  });

  test('do not wait where nobody takes any', async () => {
    const { url, balancer } = await crowded({});
    balancer.members.setState('pz1', 'draining');
    expect(await call(`${url}?command=init`)).toMatchObject({ status: 503, reason: 'No server available' });
  });

  test('that nobody waits for any more take no place', async () => {
    const { url, clock, balancer, events } = await crowded({ maxInitRate: 1 });
    expect((await call(`${url}?command=init`)).status).toBe(200);
    const client = await bench.connect(url);
    client.send('GET /search.pz2?command=init HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => balancer.snapshot().waitingInits === 1);
    client.close();
    await until(() => balancer.snapshot().waitingInits === 0);
    clock.advance(2000);
    expect(events.elected).toHaveLength(1);
    expect(events.finished.at(-1)).toMatchObject({ verdict: 'aborted', status: 0, attempts: 0 });
  });
});
