import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import supertest from 'supertest';
import {
  OptionsError,
  pazpar2Balancer,
  type Pazpar2Balancer,
  type Pazpar2BalancerOptions,
} from '../../middleware/index.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { express4 } from '../helpers/express-versions.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const PATH = '/pazpar2/search.pz2';

function create(options: Pazpar2BalancerOptions): Pazpar2Balancer {
  const balancer = pazpar2Balancer({ health: 'off', ...options });
  bench.also(() => balancer.close());
  return balancer;
}

const HOSTS: readonly [string, (path: string, balancer: Pazpar2Balancer) => RequestListener][] = [
  ['Express 5', (path, balancer) => express().use(path, balancer)],
  ['Express 4', (path, balancer) => express4().use(path, balancer)],
  ['a router of Express 5', (path, balancer) => express().use(express.Router().use(path, balancer))],
  ['a router of Express 4', (path, balancer) => express4().use(express4.Router().use(path, balancer))],
  ['node:http', (_, balancer) => (request, response) => balancer(request, response)],
];

describe.each(HOSTS)('mounted in %s', (_, host) => {
  test.each(['/', PATH, '/a/b/c', '/umlaut/%C3%A4'])(
    'at %s it serves a session from init to record',
    async (path) => {
      const { members } = await bench.farm(2);
      const origin = await bench.serve(host(path, create({ members })));
      const url = origin + path;
      const session = await initSession(url);
      expect(session).toMatch(/^\d+\.pz1$/);
      const ask = async (query: string) => (await call(`${url}?session=${session}&${query}`)).text;
      expect(await ask('command=search&query=cataloguing')).toContain('<search><status>OK</status></search>');
      const shown = await ask('command=show&block=1');
      const [, id = ''] = /<recid>([^<]*)<\/recid>/.exec(shown) ?? [];
      expect(await ask(`command=record&id=${encodeURIComponent(id)}`)).toContain('<record>');
      expect(await ask('command=stop')).toContain('<stop><status>OK</status></stop>');
    },
  );

  test('it answers errors itself', async () => {
    const { members } = await bench.farm(1);
    const reply = await supertest(host('/', create({ members }))).get('/?command=ping&session=7.pz9');
    expect(reply.status).toBe(417);
    expect(reply.type).toBe('text/xml');
  });
});

describe('mounted', () => {
  test('it reads the url as it finds it, whatever it was before', async () => {
    const { members, simulators } = await bench.farm(1);
    const app = express();
    app.use((request, _response, next) => {
      request.url = `/?command=ping&${new URL(request.originalUrl, 'http://x').searchParams.get('rest')}`;
      next();
    });
    app.use(create({ members }));
    await supertest(app).get('/anything?command=exit&rest=session%3D7.pz1').expect(417);
    expect(simulators[0]?.requests.map(({ command }) => command)).toEqual(['ping']);
  });

  test('several times in one process, each has its own members, sessions and policy', async () => {
    const { members } = await bench.farm(2);
    const open = create({ name: 'open', members: members.slice(0, 1), policy: 'trusted' });
    const closed = create({ name: 'closed', members: members.slice(1) });
    const url = await bench.serve(express().use('/open', open).use('/closed', closed));
    const session = await initSession(`${url}/open`);
    expect((await call(`${url}/open?command=session-status&session=${session}`)).status).toBe(200);
    expect((await call(`${url}/closed?command=session-status&session=${session}`)).status).toBe(403);
    expect((await call(`${url}/closed?command=ping&session=${session}`)).status).toBe(417);
    expect([open.snapshot().name, closed.snapshot().name]).toEqual(['open', 'closed']);
    expect([open, closed].map((each) => each.snapshot().members[0]?.requests)).toEqual([2, 0]);
  });

  test('in HTTP method routes it is reached by these only', async () => {
    const { members } = await bench.farm(1);
    const app = express().get(PATH, create({ members }));
    expect((await supertest(app).get(`${PATH}?command=init`)).status).toBe(200);
    expect((await supertest(app).post(`${PATH}?command=init`)).status).toBe(404);
  });
});

describe('options that are wrong', () => {
  test('are refused at construction, all at once, each with its place, its value and what is allowed', () => {
    const options = {
      members: [
        { url: 'ftp://x', route: '1' },
        { url: 'http://x', route: 'pz1', colour: 'red' },
      ],
      retry: 'soon',
      lbMethode: 'byrequests',
    };
    expect(() => pazpar2Balancer(options as never)).toThrow(OptionsError);
    expect(() => pazpar2Balancer(options as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTIONS',
        problems: expect.arrayContaining([
          expect.objectContaining({ path: 'members[0].url', value: '"ftp://x"' }),
          expect.objectContaining({ path: 'members[0].route', value: '"1"' }),
          expect.objectContaining({ path: 'members[1].colour', message: expect.stringContaining('unknown') }),
          expect.objectContaining({ path: 'retry', value: '"soon"' }),
          expect.objectContaining({ path: 'lbMethode', message: expect.stringContaining('"lbMethod"') }),
        ]),
      }),
    );
  });

  test.each([
    [undefined, /members: is missing/],
    [{}, /members: is missing/],
    [{ members: [] }, /members: must have at least one member/],
    [{ members: [{ url: 'http://x', route: 'a' }], name: 7 }, /name: .*\(found 7\)/],
    [{ members: [{ url: 'http://x', route: 'a' }], logger: { info: () => undefined } }, /logger: .*debug/],
    [{ members: [], name: '', logger: 'console' }, /members: [\s\S]*name: [\s\S]*logger: /],
  ])('are refused: %j', (options, message) => {
    expect(() => pazpar2Balancer(options as never)).toThrow(message);
    expect(() => pazpar2Balancer(options as never)).toThrow(OptionsError);
  });
});

describe('at run time', () => {
  test('its snapshot is plain data about members', async () => {
    const { members } = await bench.farm(2);
    const balancer = create({ name: 'pz2cluster', members });
    const url = await bench.serve(balancer);
    await initSession(url);
    const snapshot = balancer.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      name: 'pz2cluster',
      lbMethod: 'byrequests',
      waitingInits: 0,
      members: [
        { ...members[0], elected: 1, requests: 1, busy: 0, failures: 0, standing: -100, loadFactor: 1 },
        { ...members[1], elected: 0, requests: 0, busy: 0, failures: 0, standing: 100, loadFactor: 1 },
      ],
    });
  });

  test('a busy member is shown as busy, and no longer when it has answered', async () => {
    const { members, simulators } = await bench.farm(1, { replyDelay: 200 });
    const balancer = create({ members });
    const url = await bench.serve(balancer);
    const session = initSession(url);
    await until(() => simulators[0]?.requests.length === 1);
    expect(balancer.snapshot().members[0]).toMatchObject({ busy: 1, quick: { inFlight: 1, waiting: 0 } });
    await session;
    expect(balancer.snapshot().members[0]).toMatchObject({ busy: 0, quick: { inFlight: 0, waiting: 0 } });
  });

  test('close lets running requests end and keeps no connection', async () => {
    const { members, simulators } = await bench.farm(1);
    const balancer = create({ members });
    const url = await bench.serve(balancer);
    const session = await initSession(url);
    await call(`${url}?command=ping&session=${session}`);
    expect(simulators[0]?.counters.connectionsOpen).toBe(1);
    simulators[0]?.behave({ replyDelay: 200 });
    const running = call(`${url}?command=show&session=${session}`);
    await until(() => simulators[0]?.requests.at(-1)?.command === 'show');
    await balancer.close();
    expect((await running).status).toBe(200);
    await until(() => simulators[0]?.counters.connectionsOpen === 0);
  });
});
