import { describe, expect, test } from '@jest/globals';
import { run } from '../../lib/cli/push.ts';
import { capturedIo } from '../helpers/captured-io.ts';
import { useGatewayBench } from '../helpers/gateway-bench.ts';
import { call } from '../helpers/http-client.ts';
import { PROGRAM } from '../helpers/program.ts';
import { originOf } from '../helpers/started.ts';
import { until } from '../helpers/until.ts';

const bench = useGatewayBench();
const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';

describe('the push command', () => {
  test('pushes once, and its exit status says whether every engine took it', async () => {
    const { internal, simulators } = await bench.oneCluster(1, { statistics: { token: TOKEN } });
    const pazpar2 = simulators[0] === undefined ? '' : originOf(simulators[0]);
    const argv = [
      '--engine',
      internal,
      '--host',
      'pz1',
      '--pazpar2',
      pazpar2,
      '--stat',
      'answer=echo 42',
      '--once',
    ];
    expect(await run(argv, capturedIo({ PZ2_ENGINE_TOKEN: TOKEN }))).toBe(0);
    const status = await call(`${internal}/athena/status/phys?h=pz1,f=%{answer}_%{sessions}_%{cpus}_%t`);
    expect(status.text).toMatch(/^42_0_\d+_0\n$/);
    const wrong = capturedIo();
    expect(await run(argv, wrong)).toBe(1);
    expect(wrong.out()).toContain('401 an update needs the token');
  });

  test.each([
    [['--host', 'pz1'], 'the option --engine URL is missing'],
    [['--engine', 'http://x.example'], 'the option --host NAME is missing'],
    [['--engine', 'x.example', '--host', 'pz1'], /^--engine: must be a complete http/],
    [['--engine', 'http://x.example/a?b', '--host', 'pz1'], /^--engine: must be without a query/],
    [['--engine', 'http://x.example', '--host', 'p z'], /^--host: must be 1 to 64 letters/],
    [['--engine', 'http://x.example', '--host', 'pz1', '--interval', '5'], /^--interval: .*write "5s"/],
    [
      ['--engine', 'http://x.example', '--host', 'pz1', '--interval', '1ms'],
      /^--interval: must be from 1s to 1h/,
    ],
    [['--engine', 'http://x.example', '--host', 'pz1', '--stat', 'Load=x'], /^--stat: must be NAME=COMMAND/],
    [['--engine', 'http://x.example', '--host', 'pz1', '--stat', 'load1'], /^--stat: must be/],
    [['--engine', 'http://x.example', '--host', 'pz1', '--pazpar2', 'x'], /^--pazpar2: a member URL/],
    [
      ['--engine', 'http://x.example', '--host', 'pz1', '--engine-ca', '/no/such'],
      /^--engine-ca: names a file/,
    ],
  ])('refuses %j', async (argv, message) => {
    await expect(run(argv, capturedIo())).rejects.toThrow(message);
    await expect(run(argv, capturedIo())).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  test('refuses a token that is none, without showing it', async () => {
    const argv = ['--engine', 'http://x.example', '--host', 'pz1'];
    const refusal = run(argv, capturedIo({ PZ2_ENGINE_TOKEN: 'secret' }));
    await expect(refusal).rejects.toThrow(/^PZ2_ENGINE_TOKEN: .*\(found "its value"\)$/);
  });

  test('prints its help', async () => {
    const io = capturedIo();
    expect(await run(['--help'], io)).toBe(0);
    expect(io.out()).toMatch(/^Usage: pazpar2-balancer push --engine URL --host NAME\n/);
  });
});

test('the push program goes on until it is told to stop', async () => {
  const { internal } = await bench.oneCluster(1);
  const program = bench.program([PROGRAM, 'push', '-e', internal, '-H', 'pz1', '-i', '1s']);
  const updates = async () =>
    /updates=(\d+)/.exec((await call(`${internal}/athena/status/engine`)).text)?.[1];
  await until(async () => Number(await updates()) >= 2);
  expect(await program.stop()).toBe(0);
});

test('a shim pushes by itself, with what is under way in it', async () => {
  const { internal, simulators } = await bench.oneCluster(1);
  const backend = simulators[0] === undefined ? '' : originOf(simulators[0]);
  const argv = ['shim', '-b', backend, '-i', 'pz1', '-l', '127.0.0.1:0', '--push', internal];
  const program = bench.program([PROGRAM, ...argv]);
  const status = async () =>
    (await call(`${internal}/athena/status/phys?h=pz1,f=%{inflight}_%{sessions}`)).text;
  await until(async () => (await status()) === '0_0\n');
  expect(await program.stop()).toBe(0);
});
