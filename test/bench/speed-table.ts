import type { Figures, Report } from './report.ts';

/** One row of the README's table of speed: what was measured, as text, by the head of its column. */
export type SpeedRow = Readonly<Record<string, string>>;

/** Cases of the table, and what is told of them. */
const COLUMNS = [
  ['small reply, CPU µs', 'ping', cpu],
  ['× Apache', 'ping', timesApache],
  ['requests/s', 'ping', perSecond],
  ['show of 14 kB, CPU µs', 'show', cpu],
  ['one user’s show, ms', 'show-alone', median],
  ['init, CPU µs', 'init', cpu],
] as const;

/** The README's table of speed: a row for each candidate under each Node, in the order of the report. */
export function speedTable({ cases }: Report): SpeedRow[] {
  const contestants = cases.find(({ name }) => name === 'ping')?.figures ?? [];
  return contestants.map((contestant) => {
    const figures = COLUMNS.map(([head, caseName, text]): [string, string] => {
      const measured = cases.find(({ name }) => name === caseName)?.figures ?? [];
      const figure = measured.find(({ name, node }) => name === contestant.name && node === contestant.node);
      return [head, figure === undefined ? '' : text(figure)];
    });
    return Object.fromEntries([['Proxy', titleOf(contestant)], ...figures]);
  });
}

function titleOf({ title, node }: Figures): string {
  return node === undefined ? title : `${title} (Node ${node.split('.', 1).join('')})`;
}

function cpu({ cpuMicrosecondsPerRequest: time }: Figures): string {
  return time === undefined ? '' : time.toFixed(0);
}

function timesApache({ timesApache: times }: Figures): string {
  return times === undefined ? '' : times.toFixed(2);
}

function perSecond({ requestsPerSecond }: Figures): string {
  return String(Math.round(requestsPerSecond / 100) * 100);
}

function median({ p50 }: Figures): string {
  return p50.toFixed(1);
}
