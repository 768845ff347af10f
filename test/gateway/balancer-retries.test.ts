import { describe, expect, test } from '@jest/globals';
import type { ClusterOptions } from '../../lib/config/options.ts';
import type { Transport } from '../../lib/forward/transport.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { collectingLogger } from '../helpers/collecting-logger.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { documentReply, initReply, pingReply, sessionLostDocument } from '../helpers/pazpar-bytes.ts';
import type { BackendConnection, RawRequest, ScriptedBackend } from '../helpers/scripted-backend.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const FAST: Partial<ClusterOptions> = { retryPause: '10ms' };

const BROKEN: Transport = {
  send: () => {
    throw new Error('10.0.0.1 is secret');
  },
  close: () => Promise.resolve(),
  connections: 0,
  portFallbacks: 0,
};

type Script = (connection: BackendConnection, request: RawRequest, count: number) => void;

/** A balancer before backends that act as scripted; `count` numbers the requests of each from 1. */
async function before(scripts: readonly Script[], options: Partial<ClusterOptions> = {}) {
  const backends: ScriptedBackend[] = [];
  for (const script of scripts) {
    let count = 0;
    backends.push(
      await bench.backend({ script: (connection, request) => script(connection, request, ++count) }),
    );
  }
  const members = backends.map(({ url }, index) => ({ url, route: `pz${index + 1}` }));
  const served = await bench.balancer({ members, ...FAST, ...options });
  const requests = (): RawRequest[][] =>
    backends.map(({ connections }) => connections.flatMap((connection) => connection.requests));
  return { ...served, backends, requests, counts: () => requests().map(({ length }) => length) };
}

const answers: Script = (connection, { head }) =>
  connection.write(head.includes('command=init') ? initReply('7') : pingReply());
const dies: Script = (connection) => connection.end();
const resets: Script = (connection) => connection.reset();
/** Fails so many times, then answers. */
const failing =
  (times: number, failure: Script): Script =>
  (connection, request, count) =>
    (count <= times ? failure : answers)(connection, request, count);

/** Ends a connection at its second request. */
const closesAfterFirst: Script = (connection, request, count) =>
  (connection.requests.length > 1 ? dies : answers)(connection, request, count);
const endsSecondAndThird: Script = (connection, request, count) =>
  (count === 2 || count === 3 ? dies : answers)(connection, request, count);

describe('a member that refuses', () => {
  test.each(['ping', 'stat', 'stop', 'show', 'termlist', 'bytarget', 'record', 'search'])(
    'twice has lost the session: %s',
    async (command) => {
      const { url, backends, events } = await before([answers]);
      await backends[0]?.stop();
      const reply = await call(`${url}?command=${command}&session=7.pz1`);
      expect(reply).toMatchObject({ status: 417, text: sessionLostDocument('7.pz1') });
      expect(reply.reason).toBe('Session does not exist or it has expired');
      expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'memory' }]);
      expect(events.retried).toEqual([{ command, from: 'pz1', to: 'pz1', reason: 'refused' }]);
      expect(events.finished).toMatchObject([{ attempts: 2, error: 'SESSION_LOST', verdict: 'refused' }]);
    },
  );

  test('twice behind a shim, tunnel or proxy has lost nothing: try later', async () => {
    const { url, backends, balancer, events } = await before([answers]);
    balancer.members.update('pz1', { direct: false });
    await backends[0]?.stop();
    const reply = await call(`${url}?command=ping&session=7.pz1`);
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'content-type': 'text/xml' } });
    expect(reply.text).toContain('<error code="213" msg="Server not reachable"></error>');
    expect(events.sessionLost).toEqual([]);
  });

  test('once and is back after the pause, as a crashed Pazpar2 is, answers itself', async () => {
    const clock = new FakeClock();
    const simulator = await bench.simulator();
    const members = [{ url: simulator.url, route: 'pz1' }];
    const { url, events } = await bench.balancer({ members }, { clock });
    const session = await initSession(url);
    await simulator.kill();
    const pinged = call(`${url}?command=ping&session=${session}`);
    await until(() => events.retried.length > 0);
    await simulator.restart();
    clock.advance(250);
    expect(await pinged).toMatchObject({ status: 417, text: sessionLostDocument(session) });
    expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'member' }]);
    expect(events.finished.at(-1)).toMatchObject({ attempts: 2, verdict: 'answered' });
  });

  test('is passed over by init', async () => {
    const { url, backends, events } = await before([answers, answers]);
    await backends[0]?.stop();
    expect(await initSession(url)).toBe('7.pz2');
    expect(events.retried).toEqual([{ command: 'init', from: 'pz1', to: 'pz2', reason: 'refused' }]);
    expect(events.finished).toMatchObject([{ attempts: 2, route: 'pz2', status: 200, verdict: 'answered' }]);
  });

  test('is passed over even by an init with settings: nothing was sent', async () => {
    const { url, backends } = await before([answers, answers], { policy: 'trusted' });
    await backends[0]?.stop();
    expect((await call(`${url}?command=init&pz:name%5Bx%5D=1`)).text).toContain('<session>7.pz2</session>');
  });

  test('leaves init without an answer when nobody else is left', async () => {
    const { url, backends, events } = await before([answers, answers, answers]);
    for (const backend of backends) await backend.stop();
    const reply = await call(`${url}?command=init`);
    expect(reply).toMatchObject({
      status: 503,
      reason: 'No server available',
      headers: { 'retry-after': '5' },
    });
    expect(events.finished).toMatchObject([{ attempts: 3, error: 'NO_MEMBER_AVAILABLE', verdict: 'failed' }]);
  });
});

describe('a member that takes a request and does not answer', () => {
  test.each([
    ['ends', dies, 'empty'],
    ['resets', resets, 'reset'],
  ])('and %s the connection is asked once more by what may be sent twice', async (_, failure, reason) => {
    for (const command of ['ping', 'stat', 'stop', 'show', 'termlist', 'bytarget', 'record']) {
      const { url, counts, events } = await before([failing(1, failure)]);
      expect((await call(`${url}?command=${command}&session=7.pz1`)).status).toBe(200);
      expect(counts()).toEqual([2]);
      expect(events.retried).toEqual([{ command, from: 'pz1', to: 'pz1', reason }]);
    }
  });

  test('twice is given up: try later', async () => {
    const { url, counts, events } = await before([dies]);
    const reply = await call(`${url}?command=ping&session=7.pz1`);
    expect(reply).toMatchObject({ status: 503, reason: 'Server ended without an answer' });
    expect(reply.headers['retry-after']).toBe('5');
    expect(counts()).toEqual([2]);
    expect(events.error).toMatchObject([{ code: 'REPLY_MISSING', command: 'ping', route: 'pz1' }]);
  });

  test('is not asked again by what changes a session', async () => {
    const { url, counts } = await before([dies], { policy: 'trusted' });
    for (const query of ['command=search&query=x', 'command=settings&pz:name%5Bx%5D=1']) {
      expect((await call(`${url}?${query}&session=7.pz1`)).status).toBe(503);
    }
    expect(counts()).toEqual([2]);
  });

  test('and ends a blocked request is asked without block, for what is there', async () => {
    const { url, requests } = await before([failing(1, dies)]);
    const { status } = await call(`${url}?command=show&block=1&num=5&session=7.pz1`);
    expect(status).toBe(200);
    const lines = requests()[0]?.map(({ head }) => head.split('\r\n')[0]);
    expect(lines).toEqual([
      'GET /search.pz2?command=show&block=1&num=5&session=7 HTTP/1.1',
      'GET /search.pz2?command=show&num=5&session=7 HTTP/1.1',
    ]);
  });

  test('and ends a blocked request is no reason to keep new sessions away', async () => {
    const { url, balancer, events } = await before([failing(1, dies)]);
    await call(`${url}?command=show&block=1&session=7.pz1`);
    expect(balancer.snapshot().members).toMatchObject([{ failures: 0, state: { restsFor: 0 } }]);
    expect(events.memberState).toEqual([]);
  });
});

describe('a kept connection that turns out to be closed', () => {
  test('is no attempt: the request goes out again at once, without a pause', async () => {
    const { url, counts, events, balancer } = await before([closesAfterFirst], { retryPause: '10s' });
    for (let ping = 0; ping < 2; ping++)
      expect((await call(`${url}?command=ping&session=7.pz1`)).status).toBe(200);
    expect(counts()).toEqual([3]);
    expect(events.memberState).toEqual([]);
    expect(balancer.snapshot().members).toMatchObject([{ failures: 0 }]);
  });

  test('leaves the one attempt that a command has more', async () => {
    const { url, counts } = await before([endsSecondAndThird]);
    await call(`${url}?command=ping&session=7.pz1`);
    expect((await call(`${url}?command=ping&session=7.pz1`)).status).toBe(200);
    expect(counts()).toEqual([4]);
  });
});

describe('an init that was sent and not answered', () => {
  test('goes to one other member', async () => {
    const { url, counts } = await before([dies, answers]);
    expect(await initSession(url)).toBe('7.pz2');
    expect(counts()).toEqual([1, 1]);
  });

  test.each([
    ['ends', dies],
    ['resets', resets],
  ])('goes to one other member only, though that %s as well', async (_, failure) => {
    const { url, counts } = await before([failure, failure, failure, failure]);
    expect(await call(`${url}?command=init`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(counts()).toEqual([1, 1, 0, 0]);
  });

  test('with settings goes nowhere else: what kills one member shall not kill two', async () => {
    const { simulators, members } = await bench.farm(3, { dieOnSettings: true });
    const { url, events } = await bench.balancer({ members, policy: 'trusted', ...FAST });
    expect((await call(`${url}?command=init&pz:name%5Bx%5D=1`)).status).toBe(503);
    expect(events.finished).toMatchObject([{ attempts: 1, error: 'REPLY_MISSING', route: 'pz1' }]);
    expect(simulators.map(({ requests }) => requests.length)).toEqual([1, 0, 0]);
    expect(await initSession(url)).toMatch(/\.pz2$/);
  });

  test('with a body goes nowhere else', async () => {
    const { simulators, members } = await bench.farm(3, { dieOnBody: true });
    const { url } = await bench.balancer({ members, policy: 'trusted', ...FAST });
    const body = '<service><settings src="missing.xml"/></service>';
    const reply = await call(`${url}?command=init`, { headers: { 'Content-Type': 'text/xml' }, body });
    expect(reply.status).toBe(503);
    expect(simulators.map(({ requests }) => requests.length)).toEqual([1, 0, 0]);
  });

  test('of half a reply goes to one other member as well', async () => {
    const { url, counts } = await before([
      (connection) => connection.end(initReply('7').slice(0, -1)),
      answers,
      answers,
    ]);
    expect(await initSession(url)).toBe('7.pz2');
    expect(counts()).toEqual([1, 1, 0]);
  });
});

test('a reply that ended after a part of it was passed on is not asked for again', async () => {
  const { url, counts } = await before([
    (connection) => connection.end(documentReply('x'.repeat(100)).slice(0, -1)),
  ]);
  await expect(call(`${url}?command=stat&session=7.pz1`)).rejects.toThrow('aborted');
  expect(counts()).toEqual([1]);
});

test('a fault of our own is answered with 500, tells the client nothing and the log everything', async () => {
  const { logger, lines } = collectingLogger();
  const members = [{ url: 'http://127.0.0.1:9', route: 'pz1' }];
  const { url, balancer, events } = await bench.balancer(
    { members },
    { logger, createTransport: () => BROKEN },
  );
  const reply = await call(`${url}?command=ping&session=7.pz1`);
  expect(reply.status).toBe(500);
  expect(reply.text).toMatch(/<error code="222" msg="Internal error of the balancer"><\/error>$/);
  expect(events.error).toMatchObject([{ code: 'INTERNAL', message: 'Internal error of the balancer' }]);
  const line = lines.find(({ level }) => level === 'error');
  expect(line?.fields).toMatchObject({ code: 'INTERNAL', cause: '10.0.0.1 is secret' });
  expect(balancer.snapshot().members).toMatchObject([{ busy: 0, quick: { inFlight: 0 } }]);
});
