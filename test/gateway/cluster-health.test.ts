import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { HealthOptions } from '../../lib/config/health-options.ts';
import { pazpar2Balancer } from '../../middleware/pazpar2-balancer.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { initSession } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const gateways = useGatewayBench();

const QUICK: HealthOptions = {
  interval: '100ms',
  fastInterval: '100ms',
  timeout: '300ms',
  passes: 1,
  fails: 1,
};

/** Simulators that are probed often, in real time. */
async function probed(count: number, health: 'off' | HealthOptions = QUICK) {
  const { simulators, members } = await bench.farm(count);
  const served = await bench.balancer({ members, health });
  await served.ready;
  const healthOf = (route: string): string | undefined =>
    served.balancer.snapshot().members.find((member) => member.route === route)?.state.health;
  return { ...served, simulators, members, healthOf };
}

describe('A member that is probed', () => {
  test('and hangs gets no new sessions, keeps its own, and gets new ones again when it answers', async () => {
    const { simulators, url, events, healthOf } = await probed(2);
    const sessions = [await initSession(url), await initSession(url)];
    simulators[0]?.behave({ hang: true });
    await until(() => healthOf('pz1') === 'down');
    const routes = await Promise.all([1, 2, 3, 4].map(() => initSession(url)));
    expect(routes.every((session) => session.endsWith('.pz2'))).toBe(true);
    simulators[0]?.behave({ hang: false });
    const ping = await call(`${url}?command=ping&session=${sessions[0]}`);
    expect(ping.status).toBe(200);
    await until(() => healthOf('pz1') === 'up');
    expect(events.memberState).toMatchObject([
      {
        route: 'pz1',
        axis: 'health',
        from: 'up',
        to: 'down',
        reason: 'a probe failed: no answer within 300 ms',
      },
      { route: 'pz1', axis: 'health', from: 'down', to: 'up', reason: expect.stringContaining('passed') },
    ]);
  });

  test('and is down serves its sessions all the same', async () => {
    const { simulators, url, healthOf } = await probed(2, { ...QUICK, fastInterval: '1h' });
    const session = await initSession(url);
    simulators[0]?.behave({ hang: true });
    await until(() => healthOf('pz1') === 'down');
    simulators[0]?.behave({ hang: false });
    expect((await call(`${url}?command=ping&session=${session}`)).status).toBe(200);
    expect(healthOf('pz1')).toBe('down');
  });

  test('takes no place, and counts neither as a request nor as a session', async () => {
    const { balancer, simulators } = await probed(1);
    await until(() => (simulators[0]?.requests.length ?? 0) > 2);
    expect(balancer.snapshot().members[0]).toMatchObject({ requests: 0, elected: 0, busy: 0, sessions: 0 });
  });

  test('is shown with what its latest probe found', async () => {
    const { balancer, simulators, healthOf } = await probed(1);
    expect(balancer.snapshot().members[0]).toMatchObject({
      state: { health: 'up' },
      probe: { passed: true, reason: '' },
      figures: undefined,
    });
    await simulators[0]?.stop();
    await until(() => healthOf('pz1') === 'down');
    expect(balancer.snapshot().members[0]?.probe).toMatchObject({
      passed: false,
      reason: 'connection refused',
    });
  });

  test('is asked for its own figures where these are wanted', async () => {
    const { balancer, url } = await probed(1, { ...QUICK, infoInterval: '100ms' });
    await initSession(url);
    const figures = () => balancer.snapshot().members[0]?.figures;
    await until(() => figures()?.sessions === 1);
    expect(figures()).toMatchObject({ sessions: 1, clients: 0 });
  });
});

describe('When every member is down', () => {
  test('new sessions try them anyway', async () => {
    const { simulators, url, healthOf } = await probed(2);
    for (const simulator of simulators) simulator.behave({ hang: true });
    await until(() => healthOf('pz1') === 'down' && healthOf('pz2') === 'down');
    const asked = initSession(url);
    for (const simulator of simulators) simulator.behave({ hang: false });
    expect(await asked).toMatch(/\.pz[12]$/);
  });
});

describe('A new configuration', () => {
  test('changes how members are probed, and frees who was down when nobody is probed any more', async () => {
    const { simulators, balancer, members, healthOf } = await probed(1);
    simulators[0]?.behave({ hang: true });
    await until(() => healthOf('pz1') === 'down');
    balancer.apply(checkClusterOptions({ members, health: { ...QUICK, timeout: '50ms' } }));
    expect(healthOf('pz1')).toBe('down');
    balancer.apply(checkClusterOptions({ members, health: 'off' }));
    expect(healthOf('pz1')).toBe('up');
    const requests = simulators[0]?.requests.length;
    balancer.apply(checkClusterOptions({ members, health: 'off' }));
    expect(simulators[0]?.requests.length).toBe(requests);
    expect(balancer.snapshot().members[0]?.probe).toBeUndefined();
  });

  test('that probes as before leaves the counts of probes alone', async () => {
    const { balancer, members } = await probed(1, { ...QUICK, interval: '1h' });
    const before = balancer.snapshot().members[0]?.probe;
    expect(before?.inARow).toBe(1);
    balancer.apply(checkClusterOptions({ members, slowStart: '1s', health: { ...QUICK, interval: '1h' } }));
    expect(balancer.snapshot().members[0]?.probe?.inARow).toBe(1);
  });
});

test('The middleware says when every member was probed once', async () => {
  const { simulators, members } = await bench.farm(2);
  const balancer = pazpar2Balancer({ members });
  bench.also(() => balancer.close());
  await balancer.ready;
  expect(simulators.map(({ requests }) => requests.length)).toEqual([1, 1]);
  expect(balancer.snapshot().members.map(({ probe }) => probe?.passed)).toEqual([true, true]);
});

describe('A gateway', () => {
  test('is ready when every member was probed once, whatever came of it', async () => {
    const backend = await gateways.backend();
    const clock = new FakeClock();
    const members = [{ url: backend.url, route: 'pz1' }];
    const clusters = { pz2: { path: '/pz2', members, health: { timeout: '1s' } } } as const;
    const { internal } = await gateways.gateway({ clusters }, clock);
    const status = async (): Promise<number> => (await call(`${internal}/readyz`)).status;
    await (await backend.connection(0)).request();
    expect(await status()).toBe(503);
    clock.advance(1000);
    await until(async () => (await status()) === 200);
  });

  test('is ready at once where it need not wait', async () => {
    const backend = await gateways.backend();
    const members = [{ url: backend.url, route: 'pz1' }];
    const clusters = { pz2: { path: '/pz2', members, health: { beforeReady: false } } } as const;
    const { internal } = await gateways.gateway({ clusters }, new FakeClock());
    expect((await call(`${internal}/readyz`)).status).toBe(200);
  });

  test('that is stopped before it was ready never becomes so', async () => {
    const backend = await gateways.backend();
    const clock = new FakeClock();
    const members = [{ url: backend.url, route: 'pz1' }];
    const clusters = { pz2: { path: '/pz2', members, health: {} } } as const;
    const options = { clusters, shutdownDelay: '5s' } as const;
    const { gateway, internal } = await gateways.gateway(options, clock);
    const stopped = gateway.stop();
    clock.advance(3000);
    expect((await call(`${internal}/readyz`)).status).toBe(503);
    clock.advance(5000);
    await stopped;
  });
});
