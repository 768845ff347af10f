import { expect, test } from '@jest/globals';
import type { Measurement } from './measure.ts';
import { formatReport, makeReport, type Series } from './report.ts';

test('figures are medians of the runs, and processor time is related to that of Apache', () => {
  const report = makeReport([
    [series('apache', [40, 44, 90]), series('gateway', [33, 11, 22]), series('direct', [undefined])],
  ]);
  expect(report.cases).toHaveLength(1);
  expect(report.cases[0]?.figures).toMatchObject([
    { name: 'apache', cpuMicrosecondsPerRequest: 44, timesApache: 1 },
    { name: 'gateway', cpuMicrosecondsPerRequest: 22, timesApache: 0.5 },
    { name: 'direct', cpuMicrosecondsPerRequest: undefined, timesApache: undefined },
  ]);
});

test('each is related to the turns that Apache had in its own group', () => {
  const report = makeReport([
    [series('apache', [40]), series('gateway', [20])],
    [series('apache', [60, 60]), series('middleware', [30])],
  ]);
  expect(report.cases[0]?.figures).toMatchObject([
    { name: 'apache', cpuMicrosecondsPerRequest: 60, timesApache: 1 },
    { name: 'gateway', timesApache: 0.5 },
    { name: 'middleware', timesApache: 0.5 },
  ]);
});

test('without Apache nothing is related', () => {
  expect(makeReport([[series('gateway', [20])]]).cases[0]?.figures).toMatchObject([
    { name: 'gateway', timesApache: undefined },
  ]);
});

test('the table has a line for each candidate', () => {
  const report = formatReport(makeReport([[series('apache', [44]), series('gateway', [22])]]));
  expect(report).toContain('| the gateway (Node 24) | 22.0 | 0.50 | 1,234 | 1.00 | 2.00 |');
});

function series(name: string, cpu: readonly (number | undefined)[]): Series {
  const run = { requests: 10, requestsPerSecond: 1234, p50: 1, p99: 2, wrong: 0, firstWrong: undefined };
  return {
    contestant: { name, title: `the ${name}`, node: name === 'gateway' ? '24.1.0' : undefined },
    caseName: 'ping',
    runs: cpu.map((one): Measurement => ({ ...run, cpuMicrosecondsPerRequest: one })),
  };
}
