import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { run } from '../../lib/cli/gateway.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { CLUSTER_PATH, onFreePorts } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { PROGRAM } from '../helpers/program.ts';
import { spawnOneCluster } from '../helpers/spawned-gateway.ts';
import { initSession } from '../helpers/started.ts';
import { useTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();
const inTemporaryDirectory = useTemporaryDirectory();

const running = () => spawnOneCluster(bench, inTemporaryDirectory('gateway.json'));

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
      `listen: 127.0.0.1:0\nclusters:\n  main:\n    path: ${CLUSTER_PATH}\n    members:\n      - { url: "\${BACKEND}", route: pz1 }\n`,
    );
    const program = bench.program([PROGRAM, 'gateway', '--config', file], { BACKEND: simulator.url });
    const [, address] = await program.printed(/"public":"([^"]+)"/);
    expect(await initSession(`http://${address}${CLUSTER_PATH}`)).toMatch(/\.pz1$/);
  });

  test('answers what is no request with 400', async () => {
    const { gateway } = await running();
    const client = await bench.connect(gateway.url);
    client.send('no request at all\r\n\r\n');
    await client.end();
    expect(client.unread).toMatch(/^HTTP\/1\.1 400 Malformed HTTP request\r\n[^]*<error code="210"/);
  });
});

describe('a gateway that cannot start says why, and exits', () => {
  const clusters = { main: { path: CLUSTER_PATH, members: [{ url: 'http://127.0.0.1:9', route: 'pz1' }] } };

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
  ])(
    'with 1 at %s',
    async (listen, message) => {
      const { status, output } = await failing({ listen, clusters });
      expect(output).toMatch(message);
      expect(status).toBe(1);
    },
    // As long as a resolver may take.
    60_000,
  );

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
  await writeFile(file, JSON.stringify(onFreePorts({ clusters: { main: { path: CLUSTER_PATH, members } } })));
  const io = capturedIo();
  const status = run(['--config', file], io);
  await until(() => io.out().includes('listening'));
  io.signals.emit('SIGTERM');
  expect(await status).toBe(0);
  expect(io.signals.eventNames()).toEqual([]);
});
