import express from 'express';
import { afterEach, describe, expect, test } from '@jest/globals';
import { balancer, OptionsError, pazpar2Balancer, statisticsEngine } from '../../middleware/index.ts';
import type { HttpBalancerOptions, Mountable } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { EXPRESS_VERSIONS } from '../helpers/express-versions.ts';
import { call, postForm } from '../helpers/http-client.ts';

const bench = useBalancerBench();
const balancers: Mountable[] = [];
afterEach(() => Promise.all(balancers.splice(0).map((made) => made.close())));

function farm(name: string, ...routes: string[]) {
  const members = routes.map((route) => ({ url: `http://${route}.example:9004`, route }));
  const pz = pazpar2Balancer({ name, members, limits: 'off' });
  balancers.push(pz);
  return pz;
}

test.each(EXPRESS_VERSIONS)(
  '%s mounts it at its own path, at another one, and lets all others pass',
  async (_, make) => {
    const app = make();
    const pz = farm('pz', 'pz1');
    app.use(statisticsEngine(pz));
    app.use('/inside/engine', statisticsEngine(pz));
    app.use((_request: unknown, response: { end: (text: string) => void }) => response.end('other\n'));
    const origin = await bench.serve(app);
    const text = async (path: string) => (await call(`${origin}${path}`)).text;
    expect(await text('/athena/balance/?pz')).toBe('pz1\n');
    expect(await text('/inside/engine/balance?pz')).toBe('pz1\n');
    expect(await text('/inside/engine')).toMatch(/^the engine serves/);
    expect(await text('/athena/nonsense')).toMatch(/^the engine serves/);
    expect(await text('/athenaeum')).toBe('other\n');
    expect(await text('/')).toBe('other\n');
  },
);

test('a plain server has it at its own path, and everywhere else', async () => {
  const origin = await bench.serve(statisticsEngine(farm('pz', 'pz1')));
  expect((await call(`${origin}/athena/balance?pz`)).text).toBe('pz1\n');
  expect((await call(`${origin}/balance?pz`)).text).toBe('pz1\n');
  expect((await call(`${origin}/`)).status).toBe(404);
});

test('bodies that parsers have read are read all the same', async () => {
  const app = express();
  app.use(express.json(), express.urlencoded({ extended: false }), statisticsEngine(farm('pz', 'pz1')));
  const url = `${await bench.serve(app)}/athena/update/phys`;
  const headers = { 'Content-Type': 'application/json' };
  expect(await call(url, { body: '{"h":"pz1","load1":0.5}', headers })).toMatchObject({ status: 200 });
  expect(await postForm(url, 'h=pz1&load1=0.7')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await call(url, { body: '{"h":"nobody"}', headers })).toMatchObject({ status: 404 });
});

test('it believes the proxies that the application believes', async () => {
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(statisticsEngine(farm('pz', 'pz1'), { allow: ['192.0.2.1'] }));
  const url = `${await bench.serve(app)}/athena/update/phys?h=pz1`;
  expect(await call(url, { headers: { 'X-Forwarded-For': '192.0.2.1' } })).toMatchObject({ status: 200 });
  expect(await call(url, { headers: { 'X-Forwarded-For': '192.0.2.2' } })).toMatchObject({ status: 403 });
  expect(await call(url)).toMatchObject({ status: 403 });
});

test('what was set at the engine counts for requests of users', async () => {
  const { members } = await bench.farm(2);
  const pz = pazpar2Balancer({ name: 'pz', members });
  balancers.push(pz);
  const app = express();
  app.use('/search.pz2', pz).use(statisticsEngine(pz));
  const origin = await bench.serve(app);
  const init = async () => (await call(`${origin}/search.pz2?command=init`)).text;
  await call(`${origin}/athena/update/phys?h=pz1,s=off`);
  expect([await init(), await init()].join()).not.toContain('.pz1<');
  await call(`${origin}/athena/update/phys?h=pz1,s=on;h=pz2,u=down`);
  expect([await init(), await init()].join()).not.toContain('.pz2<');
  expect(pz.snapshot().members.map(({ state }) => state.health)).toEqual(['up', 'down']);
});

/** Two servers that say who they are, behind one path, and their engine. */
async function application(changes: Partial<HttpBalancerOptions> = {}) {
  const members = await Promise.all(
    ['a', 'b'].map(async (route) => ({
      url: await bench.serve((_, response) => response.end(route)),
      route,
    })),
  );
  const web = balancer({ name: 'web', members, stickySession: 'JSESSIONID', health: 'off', ...changes });
  balancers.push(web);
  const origin = await bench.serve(express().use('/app', web).use(statisticsEngine(web)));
  const get = (path: string) => call(`${origin}${path}`);
  const inSession = (route: string) =>
    call(`${origin}/app/x`, { headers: { Cookie: `JSESSIONID=1.${route}` } });
  return { get, inSession, engine: async (path: string) => (await get(`/athena/${path}`)).text };
}

describe('a farm of any web application', () => {
  test('is asked like any other, sessions included', async () => {
    const { engine } = await application({ lbMethod: 'least:load1' });
    expect(await engine('update/phys?h=a,load1:2;h=b,load1:1')).toBe('ok\nok\n');
    expect(await engine('balance?web;web,session=1.a')).toBe('b\na\n');
  });

  test('is placed by what its servers push', async () => {
    const { engine, get } = await application({ lbMethod: { expression: '2*load1' } });
    await engine('update/phys?h=a,load1:2;h=b,load1:1');
    expect((await get('/app')).text).toBe('b');
    await engine('update/phys?h=b,load1:3');
    expect((await get('/app')).text).toBe('a');
  });

  test('has off for what serves nobody: its servers are disabled', async () => {
    const { engine, inSession, get } = await application({ sessionLoss: 'error' });
    await engine('update/phys?h=a,s=off');
    expect((await inSession('a')).status).toBe(503);
    expect((await get('/app')).text).toBe('b');
    await engine('update/phys?h=a,s=on');
    expect((await inSession('a')).text).toBe('a');
  });

  test('that is off as a whole serves no session either, and names another place', async () => {
    const { engine, inSession } = await application();
    await engine('update/farm?n=web,s=off');
    expect((await inSession('a')).status).toBe(503);
    await engine('update/farm?n=web,forward=http://other.example/sorry');
    const reply = await inSession('a');
    expect([reply.status, reply.headers.location]).toEqual([307, 'http://other.example/sorry']);
    await engine('update/farm?n=web,s=on');
    expect((await inSession('a')).text).toBe('a');
  });

  test('forwards to the other place itself, where that is its way', async () => {
    const heard: (string | undefined)[] = [];
    const other = await bench.serve((request, response) => {
      heard.push(request.url);
      response.end('other');
    });
    const { engine, inSession, get } = await application({
      forwardMode: 'proxy',
      forward: `${other}/stand-in`,
      stickyCookie: { name: 'web' },
      signing: { keys: [{ id: 'k', secret: 'a secret of more than 22 letters' }] },
    });
    await engine('update/farm?n=web,s=off');
    const reply = await inSession('a');
    expect([reply.status, reply.text, reply.headers['set-cookie']]).toEqual([200, 'other', undefined]);
    expect((await get('/app/y?z=1')).text).toBe('other');
    expect(heard).toEqual(['/stand-in/x', '/stand-in/y?z=1']);
    await engine(`update/farm?n=web,forward=${other}/?a=b`);
    expect((await get('/app/y')).headers.location).toBe(`${other}/?a=b`);
    await engine('update/farm?n=web,s=on');
    expect((await inSession('a')).text).toBe('a');
  });

  test('sends the sessions of a server that is off where that server says', async () => {
    const { engine, inSession } = await application({
      members: [
        { url: 'http://127.0.0.1:1', route: 'a', state: 'disabled', forward: 'http://a.example/' },
        { url: 'http://127.0.0.1:1', route: 'b' },
      ],
    });
    const reply = await inSession('a');
    expect([reply.status, reply.headers.location]).toEqual([307, 'http://a.example/']);
    expect(await engine('balance?web,session=1.a')).toBe('http://a.example/\n');
    expect(await engine('balance?web')).toBe('b\n');
  });
});

test('sessions of a Pazpar2 that is off go where its member says, and are lost where it says nothing', async () => {
  const url = 'http://127.0.0.1:1';
  const pz = pazpar2Balancer({
    members: [
      { url, route: 'pz1', state: 'disabled', forward: 'http://other.example/search.pz2' },
      { url, route: 'pz2', state: 'disabled' },
    ],
  });
  balancers.push(pz);
  const origin = await bench.serve(pz);
  const elsewhere = await call(`${origin}/?command=ping&session=7.pz1`);
  expect(elsewhere.headers.location).toBe('http://other.example/search.pz2?command=ping&session=7.pz1');
  expect((await call(`${origin}/?command=ping&session=7.pz2`)).status).toBe(417);
});

test.each([
  ['a token that is none', () => statisticsEngine(farm('pz', 'pz1'), { token: 'short' }), 'token'],
  ['an unknown option', () => statisticsEngine(farm('pz', 'pz1'), { pth: '/x' } as never), 'pth'],
  [
    'ranges that are none',
    () => statisticsEngine(farm('pz', 'pz1'), { ranges: { load1: [2, 1] } }),
    'ranges',
  ],
  ['what is no balancer', () => statisticsEngine([(() => undefined) as never]), 'balancers[0]'],
  ['two of one name', () => statisticsEngine([farm('pz', 'pz1'), farm('pz', 'pz2')]), 'balancers[1]'],
])('%s is refused', (_, make, path) => {
  const found = (): string => {
    try {
      make();
      return '';
    } catch (error) {
      return error instanceof OptionsError ? (error.problems[0]?.path ?? '') : String(error);
    }
  };
  expect(found()).toBe(path);
});
