import { describe, expect, test } from '@jest/globals';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { call } from '../helpers/http-client.ts';
import { sessionLostDocument } from '../helpers/pazpar-bytes.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

/** So many simulators behind a balancer, all in a time that the test moves. */
async function running(count: number) {
  const clock = new FakeClock();
  const { simulators, members } = await bench.farm(count, { clock });
  const served = await bench.balancer({ members, retryPause: 0 }, { clock });
  const [first, second] = simulators;
  if (first === undefined || second === undefined) throw new Error('two simulators are needed');
  const ping = (session: string) => call(`${served.url}?command=ping&session=${session}`);
  const routes = async (inits: number): Promise<string> => {
    const given: string[] = [];
    for (let init = 0; init < inits; init++) given.push((await initSession(served.url)).split('.')[1] ?? '');
    return given.join(' ');
  };
  return { ...served, clock, first, second, ping, routes };
}

describe('a member that was killed', () => {
  test('has lost its sessions, is passed over by new ones, and comes back after the rest', async () => {
    const { url, clock, first, ping, routes, events } = await running(3);
    const session = await initSession(url);
    expect(session).toMatch(/\.pz1$/);
    await first.kill();

    const lost = ping(session);
    await until(() => events.retried.length > 0);
    clock.advance(0);
    expect(await lost).toMatchObject({ status: 417, text: sessionLostDocument(session) });
    expect(await routes(4)).toBe('pz2 pz3 pz2 pz3');
    expect(events.memberState).toMatchObject([
      { route: 'pz1', axis: 'rest', from: 'working', to: 'resting' },
    ]);

    await first.restart();
    clock.advance(59_999);
    expect(await routes(2)).toBe('pz2 pz3');
    clock.advance(1);
    expect(await routes(6)).toMatch(/pz1/);
    expect(events.memberState.at(-1)).toMatchObject({ route: 'pz1', axis: 'rest', to: 'working' });
    expect(await ping(session)).toMatchObject({ status: 417, text: sessionLostDocument(session) });
  });

  test('comes back as soon as it answers a session of its own', async () => {
    const { url, clock, first, ping, routes } = await running(2);
    const session = await initSession(url);
    await first.kill();
    expect(await routes(3)).toBe('pz2 pz2 pz2');
    await first.restart();
    clock.advance(1);
    expect((await ping(session)).status).toBe(417);
    expect(await routes(4)).toMatch(/pz1/);
  });
});

describe('when all members rest', () => {
  test('every init tries them again', async () => {
    const { url, clock, first, second, routes, balancer } = await running(2);
    await first.kill();
    await second.kill();
    expect((await call(`${url}?command=init`)).status).toBe(503);
    expect(balancer.snapshot().members.map(({ state }) => state.restsFor)).toEqual([60_000, 60_000]);
    expect((await call(`${url}?command=init`)).status).toBe(503);
    await second.restart();
    clock.advance(1);
    expect(await routes(1)).toBe('pz2');
    const [rest = 0, none] = balancer.snapshot().members.map(({ state }) => state.restsFor);
    expect(rest).toBeGreaterThan(0);
    expect(none).toBe(0);
  });
});

test('a member that stops taking connections in peace loses no session of others', async () => {
  const { url, first, second, ping } = await running(2);
  const sessions = [await initSession(url), await initSession(url)];
  await second.stop();
  expect((await ping(sessions[0] ?? '')).status).toBe(200);
  expect(first.counters.liveSessions).toBe(1);
});
