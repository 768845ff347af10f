import { expect, test } from '@jest/globals';
import { CommandFigure } from '../../../lib/cli/push/command-figure.ts';
import { MachineFigures } from '../../../lib/cli/push/machine-figures.ts';
import { PazparFigures } from '../../../lib/cli/push/pazpar-figures.ts';
import { useBalancerBench } from '../../helpers/balancer-bench.ts';
import { initSession, originOf } from '../../helpers/started.ts';

const bench = useBalancerBench();

test('the machine tells its load, CPUs, memory and disk', async () => {
  const { figures, problem } = await new MachineFigures().read();
  const names = [
    'cpus',
    'disk_free',
    'disk_total',
    'load1',
    'load15',
    'load5',
    'memory_free',
    'memory_total',
  ];
  expect(Object.keys(figures).toSorted()).toEqual(names);
  expect(Object.values(figures).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  expect(figures['cpus']).toBeGreaterThanOrEqual(1);
  expect(problem).toBeUndefined();
});

test('without its disk it tells the rest', async () => {
  const { figures, problem } = await new MachineFigures('/no/such/place').read();
  expect(figures).not.toHaveProperty('disk_free');
  expect(figures).toHaveProperty('load1');
  expect(problem).toMatch(/the disk of \/no\/such\/place cannot be read/);
});

test.each([
  ['echo 42', { answer: 42 }],
  ['printf " -1.5e3 "', { answer: -1500 }],
  ['echo $((6 * 7))', { answer: 42 }],
])('a command gives a number: %s', async (command, figures) => {
  expect(await new CommandFigure('answer', command).read()).toEqual({ figures });
});

test.each([
  ['echo many', /printed no number but "many"/],
  ['true', /printed no number but ""/],
  ['echo 1 2', /printed no number/],
  ['echo oh no >&2; exit 3', /the command failed: .*oh no/],
  ['no-such-program-here', /the command failed/],
  ['yes 1', /the command failed/],
])('or says why not: %s', async (command, problem) => {
  const read = await new CommandFigure('answer', command).read();
  expect(read.figures).toEqual({});
  expect(read.problem).toMatch(problem);
});

test('a Pazpar2 tells its sessions and clients', async () => {
  const simulator = await bench.simulator();
  await initSession(`${originOf(simulator)}/search.pz2`);
  expect(await new PazparFigures(originOf(simulator)).read()).toEqual({
    figures: { sessions: 1, clients: 0 },
  });
});

test('what is no Pazpar2 is told of', async () => {
  const url = await bench.serve((_, response) => response.end('hello'));
  expect((await new PazparFigures(url).read()).problem).toMatch(/is it a Pazpar2/);
  expect((await new PazparFigures('http://127.0.0.1:1').read()).problem).toMatch(/does not answer info/);
});
