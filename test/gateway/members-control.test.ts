import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import { memberOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

/** Two simulators behind a balancer, in a time that the test moves, with one session each. */
async function twoMembers() {
  const clock = new FakeClock();
  const { simulators, members } = await bench.farm(2);
  const served = await bench.balancer({ members, retryPause: 0 }, { clock });
  const sessions = [await initSession(served.url), await initSession(served.url)];
  const ping = async (session: string | undefined): Promise<number> =>
    (await call(`${served.url}?command=ping&session=${session}`)).status;
  return { ...served, clock, simulators, members, sessions, ping, control: served.balancer.members };
}

type Counted = { route: string; elected: number; requests: number; standing: number };

describe('a member that is added', () => {
  test('takes new sessions, behind the others', async () => {
    const { control, url } = await twoMembers();
    control.add(memberOf(await bench.simulator(), 'pz3'));
    expect(control.routes()).toEqual(['pz1', 'pz2', 'pz3']);
    expect(await initSession(url)).toMatch(/\.pz1$/);
    expect(await initSession(url)).toMatch(/\.pz2$/);
    expect(await initSession(url)).toMatch(/\.pz3$/);
  });

  test.each([
    [
      'a route that is taken',
      { url: 'http://127.0.0.1:9', route: 'pz2' },
      /members\[1\] has this route already/,
    ],
    ['a wrong url', { url: 'ftp://x', route: 'pz3' }, /^member options: url: /],
    [
      'several wrong options',
      { url: 'x', route: '9', loadFactor: 0 },
      /url: [\s\S]*route: [\s\S]*loadFactor: /,
    ],
  ])('is refused with %s, and nothing changes', async (_, options, message) => {
    const { control } = await twoMembers();
    expect(() => control.add(options)).toThrow(message);
    expect(() => control.add(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS' }));
    expect(control.routes()).toEqual(['pz1', 'pz2']);
  });
});

describe('a member that is removed', () => {
  test('at once is gone, and its sessions are lost', async () => {
    const { control, sessions, ping, url, events } = await twoMembers();
    expect(control.remove('pz1')).toBe(true);
    expect(control.routes()).toEqual(['pz2']);
    expect(await ping(sessions[0])).toBe(417);
    expect(events.sessionLost).toEqual([{ route: 'pz1', reason: 'value' }]);
    expect(await ping(sessions[1])).toBe(200);
    expect(await initSession(url)).toMatch(/\.pz2$/);
  });

  test('while it answers a request ends that in peace', async () => {
    const { control, simulators, sessions, url } = await twoMembers();
    simulators[0]?.behave({ replyDelay: 100 });
    const pinged = call(`${url}?command=ping&session=${sessions[0]}`);
    await until(() => simulators[0]?.requests.at(-1)?.command === 'ping');
    control.remove('pz1');
    expect((await pinged).status).toBe(200);
    await until(() => simulators[0]?.counters.connectionsOpen === 0);
  });

  test('with a drain serves its sessions for 10 minutes, and takes no new ones', async () => {
    const { control, clock, sessions, ping, url, events } = await twoMembers();
    expect(control.remove('pz1', { drain: true })).toBe(true);
    expect(await initSession(url)).toMatch(/\.pz2$/);
    clock.advance(10 * 60_000 - 1);
    expect(await ping(sessions[0])).toBe(200);
    clock.advance(1);
    expect(control.routes()).toEqual(['pz2']);
    expect(await ping(sessions[0])).toBe(417);
    expect(events.memberState).toMatchObject([
      { route: 'pz1', axis: 'administrative', from: 'enabled', to: 'draining', reason: 'being removed' },
      { route: 'pz1', axis: 'membership', to: 'gone', reason: 'its time to drain is over' },
    ]);
  });

  test('with a drain stays when it is enabled again, however often it was removed', async () => {
    const { control, clock, sessions, ping } = await twoMembers();
    control.remove('pz1', { drain: true });
    clock.advance(60_000);
    control.remove('pz1', { drain: true });
    control.setState('pz1', 'enabled');
    clock.advance(20 * 60_000);
    expect(control.routes()).toEqual(['pz1', 'pz2']);
    expect(await ping(sessions[0])).toBe(200);
  });

  test('with a drain goes on leaving when its other options change', async () => {
    const { control, clock, balancer } = await twoMembers();
    control.remove('pz1', { drain: true });
    control.update('pz1', { loadFactor: 5 });
    expect(balancer.snapshot().members[0]).toMatchObject({
      loadFactor: 5,
      state: { administrative: 'draining' },
    });
    clock.advance(10 * 60_000);
    expect(control.routes()).toEqual(['pz2']);
  });

  test('is no loss for the books of the others', async () => {
    const { control, balancer, url } = await twoMembers();
    await initSession(url);
    const counted = (): Counted[] => balancer.snapshot().members.filter(({ route }) => route === 'pz2');
    const [before] = counted();
    control.remove('pz1');
    control.add({ url: 'http://127.0.0.1:9', route: 'pz3' });
    control.update('pz3', { loadFactor: 2 });
    expect(counted()).toEqual([before]);
    expect(before).toMatchObject({ elected: 1, requests: 1, standing: 100 });
  });
});

describe('a member that is updated', () => {
  test('with a state has that state, whatever it was set to before', async () => {
    const { control, balancer, clock } = await twoMembers();
    control.setState('pz1', 'draining');
    control.update('pz1', { state: 'enabled' });
    control.remove('pz2', { drain: true });
    control.update('pz2', { state: 'enabled' });
    clock.advance(60 * 60_000);
    expect(balancer.snapshot().members.map(({ state }) => state.administrative)).toEqual([
      'enabled',
      'enabled',
    ]);
  });

  test('with another load factor keeps its counters and sessions', async () => {
    const { control, balancer, sessions, ping } = await twoMembers();
    expect(control.update('pz1', { loadFactor: 2.5 })).toBe(true);
    expect(balancer.snapshot().members[0]).toMatchObject({ elected: 1, requests: 1, loadFactor: 2.5 });
    expect(await ping(sessions[0])).toBe(200);
  });

  test('with another url is another server: new counters, in its old place', async () => {
    const { control, balancer, sessions, simulators, ping } = await twoMembers();
    const other = await bench.simulator();
    control.update('pz1', { url: other.url });
    expect(control.routes()).toEqual(['pz1', 'pz2']);
    expect(balancer.snapshot().members[0]).toMatchObject({ elected: 0, requests: 0, url: other.url });
    expect(await ping(sessions[0])).toBe(417);
    expect(other.requests).toHaveLength(1);
    expect(await ping(sessions[1])).toBe(200);
    expect(simulators[0]?.requests).toHaveLength(1);
  });

  test('with other connections takes new ones for the requests to come', async () => {
    const { control, sessions, ping, simulators } = await twoMembers();
    await ping(sessions[0]);
    await ping(sessions[0]);
    expect(new Set(simulators[0]?.requests.slice(1).map(({ connection }) => connection)).size).toBe(1);
    control.update('pz1', { connections: 'fresh' });
    await ping(sessions[0]);
    await ping(sessions[0]);
    expect(new Set(simulators[0]?.requests.slice(1).map(({ connection }) => connection)).size).toBe(3);
  });

  test('is refused with wrong options, and stays as it is', async () => {
    const { control, balancer } = await twoMembers();
    expect(() => control.update('pz1', { loadFactor: -1 })).toThrow(/loadFactor/);
    expect(balancer.snapshot().members[0]).toMatchObject({ loadFactor: 1 });
  });
});

test('a member that there is not is neither removed nor changed', async () => {
  const { control } = await twoMembers();
  expect([control.remove('pz9'), control.update('pz9', {}), control.setState('pz9', 'disabled')]).toEqual([
    false,
    false,
    false,
  ]);
});

describe('a new configuration', () => {
  test('keeps the counters, drains and states of the members that stay', async () => {
    const { balancer, members, url, events } = await twoMembers();
    balancer.members.setState('pz2', 'draining', 'maintenance');
    const before = balancer.snapshot().members;
    balancer.apply(checkClusterOptions({ members: members.toReversed(), health: 'off' }));
    expect(balancer.snapshot().members).toEqual(before);
    expect(await initSession(url)).toMatch(/\.pz1$/);
    expect(events.memberState).toHaveLength(1);
  });

  test('drains a member that is missing, and takes it back when it is there again', async () => {
    const { balancer, members, clock, url, sessions, ping } = await twoMembers();
    balancer.apply(checkClusterOptions({ members: members.slice(0, 1), health: 'off' }));
    expect(await initSession(url)).toMatch(/\.pz1$/);
    expect(await ping(sessions[1])).toBe(200);
    clock.advance(5 * 60_000);
    balancer.apply(checkClusterOptions({ members, health: 'off' }));
    clock.advance(10 * 60_000);
    expect(balancer.members.routes()).toEqual(['pz1', 'pz2']);
    expect(await ping(sessions[1])).toBe(200);
    expect(balancer.snapshot().members[1]?.state.administrative).toBe('enabled');
  });

  test('gives its limits to members old and new', async () => {
    const { balancer, members, clock, url, simulators } = await twoMembers();
    const third = await bench.simulator();
    clock.advance(1000);
    balancer.apply(
      checkClusterOptions({
        members: [...members, memberOf(third, 'pz3')],
        maxInitRate: 1,
        maxQueue: 0,
        health: 'off',
      }),
    );
    const statuses: number[] = [];
    for (let init = 0; init < 4; init++) statuses.push((await call(`${url}?command=init`)).status);
    expect(statuses).toEqual([200, 200, 200, 503]);
    expect([...simulators, third].map(({ counters }) => counters.inits)).toEqual([2, 2, 1]);
  });
});
