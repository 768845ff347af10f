import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { run } from '../../lib/cli/shim.ts';
import { useBalancerBench } from '../helpers/balancer-bench.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { call } from '../helpers/http-client.ts';
import { sessionLostDocument } from '../helpers/pazpar-bytes.ts';
import { PROGRAM } from '../helpers/program.ts';
import { initSession, originOf } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useBalancerBench();

/** A shim program before a simulator without an id. */
async function running() {
  const simulator = await bench.simulator();
  const backend = originOf(simulator);
  const program = bench.program([
    PROGRAM,
    'shim',
    '--backend',
    backend,
    '--id',
    'pz1',
    '--listen',
    '127.0.0.1:0',
  ]);
  const [, address] = await program.printed(/"public":"([^"]+)"/);
  return { simulator, program, url: `http://${address}/search.pz2` };
}

describe('the shim program', () => {
  test('gives sessions a server id, and logs each request', async () => {
    const { url, program } = await running();
    const session = await initSession(url);
    expect(session).toMatch(/^\d+\.pz1$/);
    expect((await call(`${url}?command=ping&session=${session}`)).status).toBe(200);
    expect(await call(`${url}?command=ping&session=7.pz2`)).toMatchObject({
      status: 417,
      text: sessionLostDocument('7.pz2'),
    });
    await program.printed(/"command":"ping".*"status":417/);
    expect(program.output()).toMatch(/"cluster":"shim pz1".*"command":"init".*"status":200/);
  });

  test('passes on what the balancer before it says about the client', async () => {
    const { url, simulator } = await running();
    await call(`${url}?command=init`, { headers: { 'X-Forwarded-For': '6.6.6.6' } });
    expect(simulator.requests[0]?.head).toMatch(/x-forwarded-for: 6\.6\.6\.6, 127\.0\.0\.1\r/i);
  });

  test('ends in peace at SIGTERM, at once at a second one', async () => {
    const { url, simulator, program } = await running();
    simulator.behave({ replyDelay: 100 });
    const session = initSession(url);
    await until(() => simulator.requests.length === 1);
    expect(await program.stop()).toBe(0);
    expect(await session).toMatch(/\.pz1$/);

    const hanging = await running();
    hanging.simulator.behave({ hang: true });
    const cut = call(`${hanging.url}?command=init`).catch((error: unknown) => String(error));
    await until(() => hanging.simulator.requests.length === 1);
    hanging.program.process.kill('SIGTERM');
    await until(async () => (await call(hanging.url).catch(() => undefined)) === undefined);
    expect(await hanging.program.stop()).toBe(1);
    expect(await cut).toContain('socket hang up');
  });

  test('says in words that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    bench.also(() => new Promise((resolve) => other.close(resolve)));
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const program = bench.program([PROGRAM, 'shim', '-b', 'http://127.0.0.1:9', '-i', 'pz1', '-l', address]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toBe(
      `pazpar2-balancer shim: ${address} is in use: stop the program that listens there, or choose another address\n`,
    );
  });
});

describe('the shim command', () => {
  const good = { '--backend': 'http://127.0.0.1:9', '--id': 'pz1', '--listen': '127.0.0.1:0' };

  test.each([
    [{ '--backend': undefined }, 'the option --backend URL is missing'],
    [{ '--id': undefined }, 'the option --id ID is missing'],
    [{ '--listen': undefined }, 'the option --listen ADDRESS is missing'],
    [{ '--backend': 'localhost:8004' }, /^--backend: a member URL is written .* \(found "localhost:8004"\)$/],
    [{ '--id': '1' }, /^--id: is no route\. .* \(found "1"\)$/],
    [{ '--backend': 'x', '--id': '1' }, /^--backend: .*\n--id: /],
    [{ '--listen': '9004' }, /^--listen: must be "host:port".* \(found "9004"\)$/],
  ])('refuses %j', async (changes, message) => {
    const given: Record<string, string | undefined> = { ...good, ...changes };
    const argv = Object.entries(given).flatMap(([option, value]) =>
      value === undefined ? [] : [option, value],
    );
    await expect(run(argv, capturedIo())).rejects.toThrow(message);
    await expect(run(argv, capturedIo())).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  test('prints its help', async () => {
    const io = capturedIo();
    expect(await run(['--help'], io)).toBe(0);
    expect(io.out()).toMatch(/^Usage: pazpar2-balancer shim --backend URL --id ID --listen ADDRESS\n/);
  });
});
