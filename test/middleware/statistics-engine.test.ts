import express from 'express';
import { afterEach, expect, test } from '@jest/globals';
import { OptionsError, pazpar2Balancer, statisticsEngine } from '../../middleware/index.ts';
import type { Mountable } from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { EXPRESS_VERSIONS } from '../helpers/express-versions.ts';
import { call, postForm } from '../helpers/http-client.ts';

const bench = useBalancerBench();
const balancers: Mountable[] = [];
afterEach(() => Promise.all(balancers.splice(0).map((balancer) => balancer.close())));

function farm(name: string, ...routes: string[]) {
  const members = routes.map((route) => ({ url: `http://${route}.example:9004`, route }));
  const balancer = pazpar2Balancer({ name, members, limits: 'off' });
  balancers.push(balancer);
  return balancer;
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
  const balancer = pazpar2Balancer({ name: 'pz', members });
  balancers.push(balancer);
  const app = express();
  app.use('/search.pz2', balancer).use(statisticsEngine(balancer));
  const origin = await bench.serve(app);
  const init = async () => (await call(`${origin}/search.pz2?command=init`)).text;
  await call(`${origin}/athena/update/phys?h=pz1,s=off`);
  expect([await init(), await init()].join()).not.toContain('.pz1<');
  await call(`${origin}/athena/update/phys?h=pz1,s=on;h=pz2,u=down`);
  expect([await init(), await init()].join()).not.toContain('.pz2<');
  expect(balancer.snapshot().members.map(({ state }) => state.health)).toEqual(['up', 'down']);
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
