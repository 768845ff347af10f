import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { GatewayOptions, MemberOptions } from '../../lib/config/options.ts';
import { run } from '../../lib/cli/gateway.ts';
import { memberOf, useBalancerBench } from '../helpers/balancer-bench.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { onFreePorts } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { PROGRAM } from '../helpers/program.ts';
import { spawnGateway, type SpawnedGateway } from '../helpers/spawned-gateway.ts';
import { initSession } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const inTemporaryDirectory = useTemporaryDirectory();
const PATH = '/pazpar2/search.pz2';

type Changes = Partial<Omit<GatewayOptions, 'listen' | 'admin' | 'clusters'>>;

/** A gateway program before two simulators. */
async function running(changes: Changes = {}) {
  const { simulators, members } = await bench.farm(2);
  const options = onFreePorts({
    ...changes,
    clusters: { main: { path: PATH, members, retryPause: '10ms' } },
  });
  const gateway = await start(options);
  return { gateway, simulators, members, options, endpoint: `${gateway.url}${PATH}` };
}

async function start(options: GatewayOptions): Promise<SpawnedGateway> {
  const gateway = await spawnGateway(inTemporaryDirectory('gateway.json'), options);
  bench.also(async () => {
    gateway.process.kill('SIGKILL');
    await gateway.ended;
  });
  return gateway;
}

/** The same options with other members. */
function withMembers(options: GatewayOptions, members: readonly MemberOptions[]): GatewayOptions {
  return {
    ...options,
    clusters: { main: { path: PATH, members, removeAfter: '2s', retryPause: '10ms' } },
  };
}

/** Starts a gateway that ends by itself. */
async function failing(options: GatewayOptions | string): Promise<{ status: number | null; output: string }> {
  const file = inTemporaryDirectory('failing.json');
  await writeFile(file, typeof options === 'string' ? options : JSON.stringify(options));
  const program = bench.program([PROGRAM, 'gateway', '--config', file]);
  return { status: await program.ended, output: program.output() };
}

describe('the gateway program', () => {
  test('serves, and writes its log as JSON: where it listens, then a line for each request', async () => {
    const { gateway, endpoint, members } = await running();
    expect(gateway.lines()[0]).toMatchObject({ msg: 'listening', pid: gateway.process.pid });
    expect(gateway.output().match(/"pid":/g)).toHaveLength(gateway.lines().length);
    const session = await initSession(endpoint);
    const { body } = await call(`${endpoint}?command=ping&session=${session}`);
    await gateway.printed(/"command":"ping"/);
    expect(gateway.lines().filter(({ msg }) => msg === 'request')).toMatchObject([
      { cluster: 'main', command: 'init', route: 'pz1', attempts: 1, status: 200, verdict: 'answered' },
      {
        command: 'ping',
        route: 'pz1',
        member: members[0]?.url,
        bytesOut: body.length,
        ms: expect.any(Number),
      },
    ]);
  });

  test('tells on its internal listener that it lives and is ready', async () => {
    const { gateway } = await running();
    expect((await call(`${gateway.internal}/healthz`)).text).toBe('ok\n');
    expect((await call(`${gateway.internal}/readyz`)).text).toBe('ready\n');
    expect((await call(`${gateway.url}/healthz`)).status).toBe(404);
  });

  test('reads YAML, with variables of the environment', async () => {
    const simulator = await bench.simulator();
    const file = inTemporaryDirectory('gateway.yaml');
    await writeFile(
      file,
      `listen: 127.0.0.1:0\nclusters:\n  main:\n    path: ${PATH}\n    members:\n      - { url: "\${BACKEND}", route: pz1 }\n`,
    );
    const program = bench.program([PROGRAM, 'gateway', '--config', file], { BACKEND: simulator.url });
    const [, address] = await program.printed(/"public":"([^"]+)"/);
    expect(await initSession(`http://${address}${PATH}`)).toMatch(/\.pz1$/);
  });

  test('answers what is no request with 400', async () => {
    const { gateway } = await running();
    const client = await bench.connect(gateway.url);
    client.send('no request at all\r\n\r\n');
    await client.end();
    expect(client.unread).toMatch(/^HTTP\/1\.1 400 Malformed HTTP request\r\n[^]*<error code="210"/);
  });
});

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

describe('a gateway that cannot start says why, and exits', () => {
  const clusters = { main: { path: PATH, members: [{ url: 'http://127.0.0.1:9', route: 'pz1' }] } };

  test('with 1 when a port is in use, the public one or the internal one', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    bench.also(() => new Promise((resolve) => other.close(resolve)));
    const address = `127.0.0.1:${(other.address() as { port: number }).port}`;
    for (const options of [
      { listen: address, clusters },
      { listen: '127.0.0.1:0', admin: { listen: address }, clusters },
    ]) {
      const { status, output } = await failing(options);
      expect(status).toBe(1);
      expect(output).toBe(
        `pazpar2-balancer gateway: ${address} is in use: stop the program that listens there, or choose another address\n`,
      );
    }
  });

  test.each([
    ['nobody.invalid:0', /^pazpar2-balancer gateway: the name in nobody\.invalid has no address\n$/],
    ['192.0.2.1:8080', /^pazpar2-balancer gateway: 192\.0\.2\.1:8080 is no address of this machine\n$/],
    ['unix:/no/such/folder/socket', /^pazpar2-balancer gateway: .*\/no\/such\/folder\/socket.*\n$/],
  ])('with 1 at %s', async (listen, message) => {
    const { status, output } = await failing({ listen, clusters });
    expect(output).toMatch(message);
    expect(status).toBe(1);
  });

  test('with 2 when the file is wrong, with every problem and its place', async () => {
    const { status, output } = await failing('listen: 80\nclusters: {}\ncompres: true\n');
    expect(status).toBe(2);
    expect(output.split('\n').map((line) => /failing\.json:\d+:\d+: (\w+)/.exec(line)?.[1])).toEqual([
      'listen',
      'clusters',
      'compres',
      undefined,
    ]);
  });

  test('with 2 when there is no file', async () => {
    const program = bench.program([PROGRAM, 'gateway', '--config', '/no/such/file']);
    expect(await program.ended).toBe(2);
    expect(program.output()).toBe('/no/such/file: cannot be read: there is no such file\n');
  });
});

test('the command may run in a process that has more to do: its signals come from there', async () => {
  const { members } = await bench.farm(1);
  const file = inTemporaryDirectory('embedded.json');
  await writeFile(file, JSON.stringify(onFreePorts({ clusters: { main: { path: PATH, members } } })));
  const io = capturedIo();
  const status = run(['--config', file], io);
  await until(() => io.out().includes('listening'));
  io.signals.emit('SIGTERM');
  expect(await status).toBe(0);
  expect(io.signals.eventNames()).toEqual([]);
});
