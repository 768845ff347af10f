import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../lib/clock.ts';
import type { Member } from '../../lib/cluster/member.ts';
import { UndiciTransport } from '../../lib/forward/undici-transport.ts';
import type { CreateTransport } from '../../lib/gateway/cluster-parts.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';

const bench = useBalancerBench();

/** So many sessions, one after the other. */
async function begin(url: string, count: number): Promise<string[]> {
  const sessions: string[] = [];
  for (let index = 0; index < count; index++) sessions.push(await initSession(url));
  return sessions;
}

const ping = (url: string, session: string) => call(`${url}?command=ping&session=${session}`);

function sessionLost(value: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<error code="1" msg="Session does not exist or it has expired">${value}</error>`;
}

describe('init', () => {
  test('goes to the members in turn', async () => {
    const { simulators, members } = await bench.farm(4);
    const { url, events } = await bench.balancer({ members });
    const sessions = await begin(url, 8);
    expect(new Set(sessions).size).toBe(8);
    expect(simulators.map(({ counters }) => counters.inits)).toEqual([2, 2, 2, 2]);
    expect(events.elected.map(({ route }) => route)).toEqual(sessions.map((value) => value.split('.')[1]));
    expect(events.elected[0]).toEqual({ route: 'pz1', command: 'init', by: 'method' });
  });

  test('goes to the members by their load factors', async () => {
    const { simulators, members } = await bench.farm(2);
    const { url, balancer } = await bench.balancer({ members });
    balancer.members.update('pz2', { loadFactor: 3 });
    await begin(url, 8);
    expect(simulators.map(({ counters }) => counters.inits)).toEqual([2, 6]);
  });

  test('counts the requests of sessions as load of their members', async () => {
    const { simulators, members } = await bench.farm(2);
    const { url } = await bench.balancer({ members });
    const [session = ''] = await begin(url, 1);
    expect(session).toMatch(/\.pz1$/);
    await ping(url, session);
    await ping(url, session);
    await begin(url, 3);
    expect(simulators.map(({ counters }) => counters.inits)).toEqual([1, 3]);
  });
});

describe('a session', () => {
  test('stays with its member, though other members know other sessions of the same number', async () => {
    const { simulators, members } = await bench.farm(4);
    const { url } = await bench.balancer({ members });
    const sessions = await begin(url, 4);
    for (const session of sessions) expect((await ping(url, session)).status).toBe(200);
    for (const [index, simulator] of simulators.entries()) {
      const pings = simulator.requests.filter(({ command }) => command === 'ping');
      expect(pings.map(({ session }) => session)).toEqual([sessions[index]?.split('.')[0]]);
    }
  });

  test.each<[string, (member: Member) => void]>([
    ['drains', ({ state }) => state.setAdministrative('draining', 'test')],
    ['is down', ({ state }) => state.setHealth('down', 'test')],
    ['has no fresh statistics', ({ state }) => state.setFreshness('out', 'test')],
    ['rests after a failure', ({ state }) => state.failed(systemClock.monotonic(), 60_000)],
  ])('is served while its member %s; new ones go elsewhere', async (_, holdBack) => {
    const { members, simulators } = await bench.farm(2);
    const live: Member[] = [];
    const { url } = await bench.balancer({ members }, { createTransport: remembering(live) });
    const [session = ''] = await begin(url, 2);
    for (const member of live) if (member.route === 'pz1') holdBack(member);
    expect(await begin(url, 2)).toEqual([expect.stringMatching(/\.pz2$/), expect.stringMatching(/\.pz2$/)]);
    expect((await ping(url, session)).status).toBe(200);
    expect(simulators.map(({ counters }) => counters.executed)).toEqual([{ init: 1, ping: 1 }, { init: 3 }]);
  });

  test.each(['disabled', 'stopped'] as const)('is lost while its member is %s', async (state) => {
    const { members, simulators } = await bench.farm(2);
    const { url, balancer, events } = await bench.balancer({ members });
    const [session = ''] = await begin(url, 1);
    balancer.members.setState('pz1', state);
    const reply = await ping(url, session);
    expect(reply).toMatchObject({ status: 417, text: sessionLost(session) });
    expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'disabled' }]);
    expect(simulators.flatMap(({ requests }) => requests)).toHaveLength(1);
    balancer.members.setState('pz1', 'enabled');
    expect((await ping(url, session)).status).toBe(200);
  });

  test('needs no memory here: it goes on at a second balancer and after a restart of both', async () => {
    const { members } = await bench.farm(4);
    const first = await bench.balancer({ members });
    const second = await bench.balancer({ members });
    const sessions = [...(await begin(first.url, 4)), ...(await begin(second.url, 4))];
    await first.balancer.close();
    await second.balancer.close();
    const restarted = await bench.balancer({ members });
    for (const { url } of [second, restarted, first]) {
      for (const session of sessions) expect((await ping(url, session)).status).toBe(200);
    }
  });
});

describe('a session value that names no session', () => {
  test.each([
    '',
    'abc',
    '7',
    '7.',
    '7.nobody',
    '7.PZ1',
    '07.pz1',
    '+7.pz1',
    '4294967303.pz1',
    '7.pz1.x',
    '7abc.pz1',
    '-1.pz1',
  ])('is answered as Pazpar2 does: %j', async (value) => {
    const { members, simulators } = await bench.farm(2);
    const { url, events } = await bench.balancer({ members });
    const reply = await ping(url, encodeURIComponent(value));
    expect(reply).toMatchObject({
      status: 417,
      reason: 'Session does not exist or it has expired',
      text: value === '' ? sessionLost('') : sessionLost(value),
      headers: {
        'content-type': 'text/xml',
        'cache-control': 'no-store, no-cache, must-revalidate, post-check=0, pre-check=0',
        expires: 'Thu, 19 Nov 1981 08:52:00 GMT',
      },
    });
    expect(events.sessionLost).toMatchObject([{ reason: 'value' }]);
    expect(simulators.flatMap(({ requests }) => requests)).toEqual([]);
  });

  test('is echoed as text, whatever it holds', async () => {
    const { members } = await bench.farm(1);
    const { url } = await bench.balancer({ members });
    expect((await ping(url, '%3Cscript%3E%22%26')).text).toBe(sessionLost('&lt;script&gt;&quot;&amp;'));
  });

  test('without route is that of the only member, if there is one only', async () => {
    const { members, simulators } = await bench.farm(1);
    const { url } = await bench.balancer({ members });
    const [session = ''] = await begin(url, 1);
    const number = session.split('.')[0] ?? '';
    expect((await ping(url, number)).status).toBe(200);
    expect(simulators[0]?.requests.at(-1)?.session).toBe(number);
  });
});

test.each([
  ['a missing command', 'a=1', 417, 2, 'Missing parameter', 'command'],
  ['an unknown command', 'command=server-status', 417, 3, 'Malformed parameter value', 'command'],
  ['a missing session', 'command=ping', 417, 2, 'Missing parameter', 'session'],
  [
    'two sessions',
    'command=ping&session=7.pz1&session=8.pz1',
    400,
    200,
    'Ambiguous request',
    'two different values of session',
  ],
  ['exit', 'command=exit', 403, 201, 'Refused by policy', 'the command exit'],
  ['info', 'command=info', 403, 201, 'Refused by policy', 'the command info'],
  ['a setting', 'command=init&pz:xslt%5Bx%5D=1', 403, 201, 'Refused by policy', 'the setting pz:xslt[x]'],
])('%s is answered here', async (_, query, status, code, msg, detail) => {
  const { members, simulators } = await bench.farm(2);
  const { url } = await bench.balancer({ members });
  expect(await call(`${url}?${query}`)).toMatchObject({
    status,
    reason: msg,
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<error code="${code}" msg="${msg}">${detail}</error>`,
  });
  expect(simulators.flatMap(({ requests }) => requests)).toEqual([]);
});

describe('info', () => {
  test('goes to the member that a trusted client names, and the name stays here', async () => {
    const { members, simulators } = await bench.farm(2);
    const { url } = await bench.balancer({ members, policy: 'trusted' });
    expect((await call(`${url}?command=info&member=pz2`)).status).toBe(200);
    expect(simulators[0]?.requests).toEqual([]);
    expect(simulators[1]?.requests[0]?.head).toMatch(/^GET \/search\.pz2\?command=info HTTP/);
  });

  test.each([
    ['', 'Missing parameter'],
    ['&member=pz9', 'Malformed parameter value'],
  ])('needs a member when there are several: %j', async (query, reason) => {
    const { members } = await bench.farm(2);
    const { url } = await bench.balancer({ members, policy: 'trusted' });
    expect(await call(`${url}?command=info${query}`)).toMatchObject({ status: 417, reason });
  });
});

/** Makes transports as the balancer would, and keeps the members that they are for. */
function remembering(live: Member[]): CreateTransport {
  return (member, config) => {
    live.push(member);
    return new UndiciTransport(member.settings, config.forward);
  };
}
