import { describe, expect, test } from '@jest/globals';
import type { GatewayOptions, MemberOptions } from '../../lib/config/options.ts';
import { memberOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { CLUSTER_PATH, type GatewayChanges } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { spawnOneCluster } from '../helpers/spawned-gateway.ts';
import { initSession } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const inTemporaryDirectory = useTemporaryDirectory();

const running = (changes?: GatewayChanges) =>
  spawnOneCluster(bench, inTemporaryDirectory('gateway.json'), changes);

/** The same options with other members. */
function withMembers(options: GatewayOptions, members: readonly MemberOptions[]): GatewayOptions {
  return {
    ...options,
    clusters: { main: { path: CLUSTER_PATH, members, removeAfter: '2s', retryPause: '10ms', health: 'off' } },
  };
}

describe('SIGHUP', () => {
  test('takes a valid file: members come, change and drain, the others keep all', async () => {
    const { gateway, endpoint, members, options, simulators } = await running();
    const sessions = [await initSession(endpoint), await initSession(endpoint)];
    const third = await bench.simulator();
    const [first, second] = members;
    if (first === undefined || second === undefined) throw new Error('two members are needed');
    const ping = async (session: string | undefined): Promise<number> =>
      (await call(`${endpoint}?command=ping&session=${session}`)).status;

    const added = withMembers(options, [first, second, memberOf(third, 'pz3')]);
    expect(await gateway.reload(added)).toMatchObject({ level: 30, msg: 'configuration read again' });
    expect(await Promise.all(sessions.map(ping))).toEqual([200, 200]);
    const begun = [await initSession(endpoint), await initSession(endpoint), await initSession(endpoint)];
    expect(new Set(begun.map((value) => value.split('.')[1]))).toEqual(new Set(['pz1', 'pz2', 'pz3']));

    await gateway.reload(withMembers(options, [first, memberOf(third, 'pz3')]));
    expect(await ping(sessions[1])).toBe(200);
    const inits = simulators[1]?.counters.inits;
    for (let count = 0; count < 4; count++) await initSession(endpoint);
    expect(simulators[1]?.counters.inits).toBe(inits);
    await until(async () => (await ping(sessions[1])) === 417);

    await gateway.reload(added);
    expect(await ping(sessions[1])).toBe(200);
    expect(await ping(sessions[0])).toBe(200);
  });

  test('takes a changed url as another server', async () => {
    const { gateway, endpoint, members, options } = await running();
    const sessions = [await initSession(endpoint), await initSession(endpoint)];
    const other = await bench.simulator();
    await gateway.reload(withMembers(options, [memberOf(other, 'pz1'), ...members.slice(1)]));
    expect((await call(`${endpoint}?command=ping&session=${sessions[0]}`)).status).toBe(417);
    expect(other.requests).toMatchObject([{ command: 'ping' }]);
    expect((await call(`${endpoint}?command=ping&session=${sessions[1]}`)).status).toBe(200);
  });

  test('reports a file that is wrong, with line and column, and goes on with what it has', async () => {
    const { gateway, endpoint } = await running();
    const session = await initSession(endpoint);
    const line = await gateway.reload('listen: 127.0.0.1:0\nclusters:\n  main:\n    paht: /x\n');
    expect(line).toMatchObject({ level: 50, msg: 'configuration refused; the one before stays in force' });
    expect(line['problems']).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/gateway\.json:4:5: clusters\.main\.paht: unknown option/),
      ]),
    );
    expect((await call(`${endpoint}?command=ping&session=${session}`)).status).toBe(200);
    expect((await call(`${gateway.internal}/readyz`)).status).toBe(200);
  });

  test('reports changed listeners as needing a restart, and takes the rest', async () => {
    const { gateway, endpoint, options } = await running();
    await gateway.reload({ ...options, listen: '127.0.0.1:1', admin: { listen: '127.0.0.1:2' } });
    await gateway.printed(/a change of admin\.listen takes effect after a restart/);
    expect(gateway.lines().filter(({ level }) => level === 40)).toMatchObject([
      { option: 'listen', msg: 'a change of listen takes effect after a restart' },
      { option: 'admin.listen' },
    ]);
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
  });

  test('changes what is logged', async () => {
    const { gateway, endpoint, options } = await running();
    await gateway.reload({ ...options, logLevel: 'error' });
    await initSession(endpoint);
    await gateway.reload('nonsense');
    expect(gateway.lines().filter(({ msg }) => msg === 'request')).toEqual([]);
  });
});

describe('SIGTERM', () => {
  test('says so to readyz at once, goes on for the delay, and exits with 0', async () => {
    const { gateway, endpoint, simulators } = await running({ shutdownDelay: '2s' });
    const ended = gateway.stop('SIGTERM');
    await until(async () => (await call(`${gateway.internal}/readyz`)).status === 503);
    expect((await call(`${gateway.internal}/healthz`)).status).toBe(200);
    simulators[0]?.behave({ replyDelay: 400 });
    expect(await initSession(endpoint)).toMatch(/\.pz1$/);
    expect(await ended).toBe(0);
    expect(gateway.lines().at(-1)).toMatchObject({ msg: 'stopped' });
    await expect(call(`${endpoint}?command=init`)).rejects.toThrow('ECONNREFUSED');
  });

  test('lets running requests end and closes connections that idle', async () => {
    const { gateway, endpoint, simulators } = await running({ shutdownTimeout: '1h' });
    simulators[0]?.behave({ replyDelay: 200 });
    const idle = await bench.connect(gateway.url);
    const session = initSession(endpoint);
    await until(() => simulators[0]?.requests.length === 1);
    const ended = gateway.stop('SIGTERM');
    expect(await idle.end()).toBe('end');
    expect(await session).toMatch(/\.pz1$/);
    expect(await ended).toBe(0);
  });

  test('cuts requests that do not end in time, and still exits with 0', async () => {
    const { gateway, endpoint, simulators } = await running({ shutdownTimeout: '100ms' });
    for (const simulator of simulators) simulator.behave({ hang: true });
    const cut = call(`${endpoint}?command=init`).catch((error: unknown) => String(error));
    await until(() => simulators[0]?.requests.length === 1);
    expect(await gateway.stop('SIGTERM')).toBe(0);
    expect(await cut).toContain('socket hang up');
  });

  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('%s and then %s ends at once, with 1', async (first, second) => {
    const { gateway, endpoint, simulators } = await running({ shutdownTimeout: '1h' });
    for (const simulator of simulators) simulator.behave({ hang: true });
    const cut = call(`${endpoint}?command=init`).catch((error: unknown) => String(error));
    await until(() => simulators[0]?.requests.length === 1);
    gateway.process.kill(first);
    await until(async () => (await call(`${gateway.internal}/readyz`)).status === 503);
    expect(await gateway.stop(second)).toBe(1);
    expect(await cut).toContain('socket hang up');
  });

  test('before a delay is over and then again ends at once', async () => {
    const { gateway } = await running({ shutdownDelay: '10m' });
    gateway.process.kill('SIGTERM');
    await until(async () => (await call(`${gateway.internal}/readyz`)).status === 503);
    expect(await gateway.stop('SIGTERM')).toBe(1);
  });
});
