import { expect, test } from '@jest/globals';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { signDecision, type Decision } from '../../lib/sticky/decision-cookie.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';

const bench = useGatewayBench();
const KEY = { id: 'k1', secret: 'CZf4dUVjpSvfM9Yk8GYwQ1bq' };

function cookie(decision: Decision): string {
  const expires = Date.now() / 1000 + 3600;
  return `balancer-decision=${signDecision(KEY, { cluster: 'reports', decision, expires })}`;
}

/** Two farms behind one gateway: whoever answers says its route, and the cookies that it saw. */
async function farms(changes: { strip?: boolean; fastState?: 'enabled' | 'disabled' } = {}) {
  const member = async (route: string, state: 'enabled' | 'disabled' = 'enabled') => {
    const url = await bench.serve((request, response) => {
      response.end(`${route} ${request.url} ${request.headers.cookie ?? '-'}`);
    });
    return { url, route, state };
  };
  const clusters: GatewayOptions['clusters'] = {
    reports: {
      protocol: 'http',
      path: '/reports',
      members: [await member('slow1'), await member('slow2')],
      stickySession: 'JSESSIONID',
      decisionCookie: { keys: [KEY], strip: changes.strip ?? false },
    },
    fast: { protocol: 'http', path: '/fast', members: [await member('fast1', changes.fastState)] },
  };
  const { gateway, url } = await bench.gateway({ clusters });
  const ask = async (header: string): Promise<string> =>
    (await call(`${url}/reports/x`, { headers: { Cookie: header } })).text;
  return { ask, decisions: () => gateway.snapshot()[0]?.decisions };
}

const PREFER: Decision = { kind: 'farm', target: 'fast' };

test('another farm serves the client for whom a backend prefers it, under the same path', async () => {
  const { ask, decisions } = await farms();
  expect(await ask(cookie(PREFER))).toMatch(/^fast1 \/x /);
  expect(await ask('')).toMatch(/^slow1 \/x /);
  expect(decisions()).toEqual({ followed: 1, ignored: {} });
});

test('a session of a member of the farm itself stays there', async () => {
  const { ask, decisions } = await farms();
  expect(await ask(`JSESSIONID=1.slow2; ${cookie(PREFER)}`)).toMatch(/^slow2 /);
  expect(decisions()).toEqual({ followed: 0, ignored: {} });
});

test('a farm that does not exist or takes nobody is not followed, and counted', async () => {
  const { ask, decisions } = await farms({ fastState: 'disabled' });
  expect(await ask(cookie({ kind: 'farm', target: 'nowhere' }))).toMatch(/^slow/);
  expect(await ask(cookie(PREFER))).toMatch(/^slow/);
  expect(decisions()).toEqual({
    followed: 0,
    ignored: { 'no such farm': 1, 'farm takes no new sessions': 1 },
  });
});

test('a member is chosen by decision for web applications too', async () => {
  const { ask } = await farms();
  const header = cookie({ kind: 'member', target: 'slow2' });
  expect([await ask(header), await ask(header)].map((text) => text.split(' ')[0])).toEqual([
    'slow2',
    'slow2',
  ]);
  expect(await ask(`JSESSIONID=1.slow1; ${header}`)).toMatch(/^slow1 /);
});

test.each([
  [false, /balancer-decision=/],
  [true, /^slow\d \/x a=1; b=2$/],
])('members see the cookie unless it is stripped: %s', async (strip, seen) => {
  const { ask } = await farms({ strip });
  expect(await ask(`a=1; ${cookie({ kind: 'member', target: 'slow2' })}; b=2`)).toMatch(seen);
});
