import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { EngineScene } from '../helpers/engine-scene.ts';
import { ENGINE_ROWS } from '../helpers/engine-requests.ts';

/** One server stands in two farms; one farm has nobody but another place, one has nothing. */
const FARMS: Readonly<Record<string, ClusterOptions>> = {
  pz: {
    members: [
      { url: 'http://pz1.example:9004', route: 'pz1' },
      { url: 'http://pz2.example:9004/search.pz2', route: 'pz2', name: 'app02.example' },
    ],
  },
  batch: {
    members: [
      { url: 'http://jobs.example:9006', route: 'j1', name: 'pz1' },
      { url: 'http://job3.example:9006', route: 'job3' },
    ],
  },
  empty: {
    members: [{ url: 'http://off1.example:9004', route: 'off1', state: 'disabled' }],
    forward: 'https://elsewhere.example/x',
  },
  gone: { members: [{ url: 'http://off2.example:9004', route: 'off2', state: 'disabled' }] },
};

let scene: EngineScene;
beforeAll(async () => {
  scene = await EngineScene.start();
});
afterAll(() => scene.stop());

beforeEach(async () => {
  await scene.play(FARMS, { ranges: { cpus: [1, 4096] } });
  await scene.ask('/athena/update/phys/?h=pz1,load1:0.42,sessions:17');
  scene.clock.advance(7000);
});

describe('the table of requests', () => {
  const rows = ENGINE_ROWS.map(
    (row) => [`${row.call?.method ?? ''} ${row.target}`.slice(0, 90), row] as const,
  );

  test('is long enough to be a table', () => {
    expect(rows.length).toBeGreaterThanOrEqual(150);
  });

  test.each(rows)('%s is answered as written', async (_, { target, call, status, answer }) => {
    const reply = await scene.ask(`/athena/${target}`, call);
    const text = reply.text.slice(0, -1);
    expect({ status: reply.status, type: reply.type, text }).toEqual({
      status,
      type: 'text/plain; charset=utf-8',
      text: like(answer),
    });
    expect(reply.text.slice(-1)).toBe(call?.method === 'HEAD' ? '' : '\n');
  });

  test.each(rows.filter(([, { status }]) => status >= 400 && status < 500))(
    '%s is refused with one line, and nothing is changed',
    async (_, { target, call }) => {
      const before = await scene.state();
      const reply = await scene.ask(`/athena/${target}`, call);
      expect(reply.text.split('\n').length).toBeLessThanOrEqual(2);
      expect(await scene.state()).toEqual(before);
    },
  );

  test.each(rows.filter(([, { after }]) => after !== undefined))(
    '%s does that',
    async (_, { target, call, after }) => {
      await scene.ask(`/athena/${target}`, call);
      const [question = '', answer = ''] = after ?? [];
      expect((await scene.ask(`/athena/${question}`)).text.slice(0, -1)).toEqual(like(answer));
    },
  );
});

/** A text means itself, from its first to its last character. */
function like(answer: string | RegExp): unknown {
  const pattern = typeof answer === 'string' ? `^${answer.replaceAll(/[^\w\s]/g, '\\$&')}$` : answer;
  return expect.stringMatching(pattern);
}

describe('the same facts as JSON', () => {
  test('of a physical', async () => {
    expect(await scene.json('/athena/status/phys/?h=pz1')).toEqual({
      name: 'pz1',
      address: 'http://pz1.example:9004',
      route: 'pz1',
      farms: ['pz', 'batch'],
      administrative: 'on',
      health: 'up',
      freshness: 'in',
      age: 7,
      busy: 0,
      elected: 0,
      bytes: 0,
      sessions: 0,
      statistics: { load1: { value: 0.42, age: 7 }, sessions: { value: 17, age: 7 } },
    });
  });

  test('of farms', async () => {
    expect(await scene.json('/athena/status/farm/?n=empty')).toMatchObject({
      name: 'empty',
      forward: 'https://elsewhere.example/x',
      physicals: ['off1'],
      age: null,
    });
    expect(await scene.json('/athena/status/farm')).toHaveLength(4);
  });

  test('of choices, one or a list', async () => {
    const pz1 = { farm: 'pz', name: 'pz1', address: 'http://pz1.example:9004', route: 'pz1' };
    expect(await scene.json('/athena/balance/?pz')).toEqual(pz1);
    expect(await scene.json('/athena/balance/?empty;batch')).toEqual([
      { farm: 'empty', forward: 'https://elsewhere.example/x' },
      { farm: 'batch', name: 'pz1', address: 'http://jobs.example:9006', route: 'j1' },
    ]);
  });

  test('of the engine and of an update', async () => {
    expect(await scene.json('/athena/status/engine')).toEqual({
      farms: 4,
      physicals: 5,
      updates: 1,
      balances: 0,
      uptime: 7,
    });
    expect(await scene.json('/athena/update/phys?h=pz1')).toEqual({ ok: true });
  });

  test('only where it is asked for by name', async () => {
    const accepted = [
      'application/json',
      'text/html, application/json;q=0.9',
      'APPLICATION/JSON; charset=utf-8',
    ];
    for (const accept of accepted) {
      const { type } = await scene.ask('/athena/status/engine', { headers: { Accept: accept } });
      expect(type).toBe('application/json');
    }
    for (const accept of ['*/*', 'text/plain', 'application/json;q=0', 'application/jsonp', '']) {
      const { type } = await scene.ask('/athena/status/engine', { headers: { Accept: accept } });
      expect(type).toBe('text/plain; charset=utf-8');
    }
  });

  test('but errors stay one line of text', async () => {
    const reply = await scene.ask('/athena/balance/?nofarm', { headers: { Accept: 'application/json' } });
    expect(reply).toMatchObject({
      status: 404,
      type: 'text/plain; charset=utf-8',
      text: 'there is no farm "nofarm"\n',
    });
  });
});

describe('several kinds in one request, where that is allowed', () => {
  beforeEach(() => scene.play(FARMS, { mixedKinds: true, maxRequests: 3 }));

  test('are carried out in their order', async () => {
    const reply = await scene.ask('/athena/update/phys/?h=pz1,u=down;balance?pz;/status/phys/?h=pz1,f=%u');
    expect(reply.text).toBe('ok\napp02.example\ndown\n');
  });

  test('need the right to update if one of them is an update', async () => {
    const target = '/athena/balance/?pz;update/phys?h=pz1,s=off';
    expect(await scene.ask(target, { headers: { 'X-Forwarded-For': '192.0.2.1' } })).toMatchObject({
      status: 403,
    });
    expect(await scene.ask('/athena/status/phys/?h=pz1,f=%s')).toMatchObject({ text: 'on\n' });
  });

  test('have a kind of their own in JSON', async () => {
    const body = JSON.stringify([
      { kind: 'update/farm', n: 'pz', s: 'off', forward: 'http://x.example/' },
      { n: 'pz' },
    ]);
    const reply = await scene.ask('/athena/balance', {
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(reply.text).toBe('ok\nhttp://x.example/\n');
  });

  test('are as many as may be', async () => {
    expect(await scene.ask('/athena/balance/?pz;pz;pz;pz')).toMatchObject({
      status: 400,
      text: 'at most 3 requests may come at once, not 4\n',
    });
  });
});

function update(headers: Readonly<Record<string, string>> = {}) {
  return scene.ask('/athena/update/phys?h=pz1,load1:1', { headers });
}

describe('who may update', () => {
  const token = 'q2Jv7mXz0aB4cD6eF8gH1iK3';
  test('shows the token, where there is one', async () => {
    await scene.play(FARMS, { token });
    expect(await update({ Authorization: `Bearer ${token}` })).toMatchObject({ status: 200 });
    for (const given of [
      undefined,
      'Bearer',
      `Bearer ${token}x`,
      `Basic ${token}`,
      `Bearer ${token.toLowerCase()}`,
    ]) {
      const reply = await update(given === undefined ? {} : { Authorization: given });
      expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    }
    expect(await scene.ask('/athena/balance/?pz')).toMatchObject({ status: 200 });
  });

  test('comes from an address that is allowed', async () => {
    await scene.play(FARMS, { allow: ['192.0.2.0/24'] });
    expect(await update()).toMatchObject({ status: 403, text: 'no updates are taken from this address\n' });
    await scene.play(FARMS, { allow: [] });
    expect(await update()).toMatchObject({ status: 403 });
    await scene.play(FARMS, { allow: ['all'] });
    expect(await update({ 'X-Forwarded-For': '203.0.113.9' })).toMatchObject({ status: 200 });
  });

  test('does not do so too often, but may read on', async () => {
    await scene.play(FARMS, { updateRate: { perSecond: 2, burst: 3 } });
    const statuses = [await update(), await update(), await update(), await update()].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await update()).toMatchObject({ headers: { 'retry-after': '1' } });
    expect(await scene.ask('/athena/balance/?pz')).toMatchObject({ status: 200 });
    scene.clock.advance(500);
    expect(await update()).toMatchObject({ status: 200 });
  });
});

test('a body that does not come in time is given up', async () => {
  const reply = scene.ask('/athena/update/phys', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': '20' },
    body: '{"h":"pz1",',
  });
  const late = setInterval(() => scene.clock.advance(1000), 5);
  try {
    expect(await reply).toMatchObject({ status: 408, headers: { connection: 'close' } });
  } finally {
    clearInterval(late);
  }
});
