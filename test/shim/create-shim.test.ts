import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { createShim, type CreateShimOptions, type Mountable, OptionsError } from '../../shim/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { express4 } from '../helpers/express-versions.ts';
import { call, postForm } from '../helpers/http-client.ts';
import { initDocument, initReply, sessionLostDocument } from '../helpers/pazpar-bytes.ts';
import { initSession, originOf } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

function create(options: CreateShimOptions): Mountable {
  const shim = createShim({ retryPause: '10ms', ...options });
  bench.also(() => shim.close());
  return shim;
}

/** A shim pz1 before a simulator without an id. */
async function shimmed(options: Partial<CreateShimOptions> = {}) {
  const simulator = await bench.simulator();
  const shim = create({ backend: originOf(simulator), serverId: 'pz1', ...options });
  const url = await bench.serve(express().use('/search.pz2', shim));
  return { simulator, shim, url: `${url}/search.pz2` };
}

describe('init', () => {
  test('gets the server id appended to the session, and keeps every other byte', async () => {
    const backend = await bench.backend({ script: (connection) => connection.write(initReply('34747909')) });
    const url = await bench.serve(create({ backend: backend.url, serverId: 'pz1' }));
    const reply = await call(`${url}/?command=init`);
    expect(reply.text).toBe(initDocument('34747909.pz1'));
    expect(reply.headers['content-length']).toBe('153');
  });

  test('of a server with an id keeps it when it is the same', async () => {
    const backend = await bench.backend({ script: (connection) => connection.write(initReply('7.pz1')) });
    const url = await bench.serve(create({ backend: backend.url, serverId: 'pz1' }));
    expect((await call(`${url}/?command=init`)).text).toBe(initDocument('7.pz1'));
  });
});

describe('a session value', () => {
  test('with the id and without it is served', async () => {
    const { url, simulator } = await shimmed();
    const session = await initSession(url);
    const number = session.replace('.pz1', '');
    for (const value of [session, number]) {
      expect((await call(`${url}?command=ping&session=${value}`)).status).toBe(200);
      expect(simulator.requests.at(-1)?.session).toBe(number);
    }
  });

  test('with another id is that of a lost session', async () => {
    const { url, simulator } = await shimmed();
    const number = (await initSession(url)).replace('.pz1', '');
    const reply = await call(`${url}?command=ping&session=${number}.pz2`);
    expect(reply).toMatchObject({ status: 417, text: sessionLostDocument(`${number}.pz2`) });
    expect(simulator.counters.executed).toEqual({ init: 1 });
  });

  test('that the server does not know is echoed as it was sent', async () => {
    const { url } = await shimmed();
    for (const value of ['7', '7.pz1']) {
      const reply = await call(`${url}?command=ping&session=${value}`);
      expect(reply).toMatchObject({ status: 417, text: sessionLostDocument(value) });
    }
  });
});

describe('its policy is to trust', () => {
  test('settings, text/xml bodies, info, service and session-status', async () => {
    const { url } = await shimmed();
    const session = await initSession(url);
    for (const query of [
      'command=info',
      `command=service&session=${session}`,
      `command=session-status&session=${session}`,
      `command=bytarget&settings=1&session=${session}`,
      `command=settings&pz:name%5Bx%5D=1&session=${session}`,
      'command=init&pz:name%5Bx%5D=1',
    ]) {
      expect(`${query}: ${(await call(`${url}?${query}`)).status}`).toBe(`${query}: 200`);
    }
    const body = '<settings><set target="x" name="pz:name" value="1"/></settings>';
    const headers = { 'Content-Type': 'text/xml' };
    expect((await call(`${url}?command=settings&session=${session}`, { headers, body })).status).toBe(200);
  });

  test('but not exit', async () => {
    const { url, simulator } = await shimmed();
    expect((await call(`${url}?command=exit`)).status).toBe(403);
    expect(simulator.requests).toEqual([]);
  });
});

describe('it forwards as the balancer does', () => {
  test('HEAD without a body, OPTIONS not at all, chunks in one piece', async () => {
    const { url, simulator } = await shimmed();
    const session = await initSession(url);
    expect(await call(`${url}?command=ping&session=${session}`, { method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    });
    expect((await call(`${url}?command=stop&session=${session}`, { method: 'OPTIONS' })).status).toBe(204);
    const reply = await call(url, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Transfer-Encoding': 'chunked' },
      body: ['command=search&query=', `cataloguing&session=${session}`],
    });
    expect(reply.status).toBe(200);
    expect(simulator.counters.executed).toEqual({ init: 1, ping: 1, search: 1 });
    expect(simulator.requests.filter(({ head }) => /transfer-encoding/i.test(head))).toEqual([]);
  });

  test('a client that leaves frees the place of the waiter', async () => {
    const { url, simulator } = await shimmed();
    simulator.behave({ latency: [60_000, 60_000] });
    const session = await initSession(url);
    await call(`${url}?command=search&query=cataloguing&session=${session}`);
    const client = await bench.connect(url);
    client.send(`GET /search.pz2?command=show&block=1&session=${session} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => simulator.requests.at(-1)?.command === 'show');
    client.close();
    await until(() => simulator.counters.connectionsOpen === 0);
    expect(simulator.counters.liveSessions).toBe(1);
  });

  test('a long form that pz2.js sends', async () => {
    const { url, simulator } = await shimmed();
    const session = await initSession(url);
    const query = encodeURIComponent(`cataloguing or ${'x'.repeat(5000)}`);
    expect((await postForm(url, `command=search&session=${session}&query=${query}`)).status).toBe(200);
    expect(simulator.requests.at(-1)?.head).toMatch(/^POST \/search\.pz2 HTTP/);
  });
});

describe('a server that', () => {
  test('refuses has lost its sessions', async () => {
    const { url, simulator } = await shimmed();
    const session = await initSession(url);
    await simulator.kill();
    for (const value of [session, session.replace('.pz1', '')]) {
      const reply = await call(`${url}?command=ping&session=${value}`);
      expect(reply).toMatchObject({ status: 417, text: sessionLostDocument(value) });
    }
  });

  test('is slow has not: try later', async () => {
    const { url, simulator } = await shimmed({ replyTimeout: '500ms' });
    const session = await initSession(url);
    simulator.behave({ hang: true });
    const reply = await call(`${url}?command=ping&session=${session}`);
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(reply.text).toContain('<error code="215" msg="Server took too long to answer">');
  });

  test('is full has not: try later', async () => {
    const { url, simulator } = await shimmed({ maxQuick: 1, maxQueue: 0 });
    const session = await initSession(url);
    simulator.behave({ hang: true });
    void call(`${url}?command=ping&session=${session}`).catch(() => undefined);
    await until(() => simulator.requests.at(-1)?.command === 'ping');
    const reply = await call(`${url}?command=ping&session=${session}`);
    expect(reply).toMatchObject({ status: 503, reason: 'Server is full', headers: { 'retry-after': '5' } });
    expect(reply.text).toContain('<error code="220"');
  });

  test('is at its limit of sockets has not: try later', async () => {
    const { url, simulator } = await shimmed();
    const session = await initSession(url);
    simulator.behave({ socketLimit: 0 });
    const reply = await call(`${url}?command=show&session=${session}`);
    expect(reply).toMatchObject({ status: 503, reason: 'Server ended without an answer' });
  });
});

test.each([
  ['Express 4', (shim: Mountable) => express4().use('/search.pz2', shim)],
  ['node:http', (shim: Mountable) => shim],
])('is mounted in %s as well', async (_, host) => {
  const simulator = await bench.simulator();
  const url = await bench.serve(host(create({ backend: originOf(simulator), serverId: 'pz1' })));
  expect(await initSession(`${url}/search.pz2`)).toMatch(/^\d+\.pz1$/);
});

test('tells what it does: events and a snapshot', async () => {
  const { url, shim } = await shimmed();
  const finished: unknown[] = [];
  shim.on('finished', (event) => finished.push(event));
  await initSession(url);
  expect(finished).toMatchObject([{ command: 'init', route: 'pz1', status: 200, verdict: 'answered' }]);
  expect(shim.snapshot()).toMatchObject({ name: 'shim pz1', members: [{ route: 'pz1', requests: 1 }] });
});

test.each([
  [undefined, /backend: is missing[\s\S]*serverId: is missing/],
  [{ backend: 'localhost:8004', serverId: '1' }, /backend: [\s\S]*serverId: /],
  [{ backend: 'http://x', serverId: 'pz1', logger: {} }, /logger: must have the methods/],
  [{ backend: 'http://x', serverId: 'pz1', members: [] }, /members: unknown option/],
])('refuses wrong options at construction, all at once: %j', (options, message) => {
  expect(() => createShim(options as never)).toThrow(message);
  expect(() => createShim(options as never)).toThrow(OptionsError);
});
