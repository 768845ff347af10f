import { arch, cpus, platform, release } from 'node:os';
import { CASES, type CaseName } from './cases.ts';
import type { Measurement } from './measure.ts';
import { median } from './statistics.ts';

/** One candidate under one Node. */
export interface Contestant {
  readonly name: string;
  readonly title: string;
  /** Version of its Node, undefined for those that need none. */
  readonly node: string | undefined;
}

/** All runs of one contestant in one case. */
export interface Series {
  readonly contestant: Contestant;
  readonly caseName: CaseName;
  readonly runs: readonly Measurement[];
}

/** Medians of a series. Times in milliseconds unless they say otherwise. */
export interface Figures {
  readonly name: string;
  readonly title: string;
  readonly node: string | undefined;
  readonly cpuMicrosecondsPerRequest: number | undefined;
  /** Processor time in relation to Apache's; undefined where there is nothing to relate. */
  readonly timesApache: number | undefined;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly wrong: number;
}

export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly cases: readonly {
    readonly name: CaseName;
    readonly title: string;
    readonly figures: readonly Figures[];
  }[];
}

/** Condenses what was measured. @param groups of contestants that were measured in turns; Apache may be in each */
export function makeReport(groups: readonly (readonly Series[])[]): Report {
  const names = [...new Set(groups.flat().map(({ caseName }) => caseName))];
  return {
    date: new Date().toISOString(),
    machine: describeMachine(),
    cases: names.map((name) => {
      const ofCase = groups.map((group) => group.filter(({ caseName }) => caseName === name));
      return { name, title: CASES[name].title, figures: figuresOfCase(ofCase) };
    }),
  };
}

/** The report as Markdown tables. */
export function formatReport({ date, machine, cases }: Report): string {
  const tables = cases.map(({ title, figures }) => `### ${title}\n\n${table(figures)}\n`);
  return `${machine}, ${date.slice(0, 10)}; medians\n\n${tables.join('\n')}`;
}

/** Each in relation to Apache's turns in its own group; Apache once, with all its turns. */
function figuresOfCase(groups: readonly (readonly Series[])[]): Figures[] {
  const apache = groups.flat().find(isApache);
  const runs = groups
    .flat()
    .filter(isApache)
    .flatMap((series) => series.runs);
  const others = groups.flatMap((group) => {
    const apacheCpu = medianCpu(group.filter(isApache).flatMap((series) => series.runs));
    return group.filter((series) => !isApache(series)).map((series) => figuresOf(series, apacheCpu));
  });
  return apache === undefined ? others : [figuresOf({ ...apache, runs }, medianCpu(runs)), ...others];
}

function isApache({ contestant }: Series): boolean {
  return contestant.name === 'apache';
}

function figuresOf({ contestant, runs }: Series, apacheCpu: number | undefined): Figures {
  const cpu = medianCpu(runs);
  return {
    name: contestant.name,
    title: contestant.title,
    node: contestant.node,
    cpuMicrosecondsPerRequest: cpu,
    timesApache: cpu === undefined || apacheCpu === undefined ? undefined : cpu / apacheCpu,
    requestsPerSecond: median(runs.map((run) => run.requestsPerSecond)),
    p50: median(runs.map((run) => run.p50)),
    p99: median(runs.map((run) => run.p99)),
    wrong: runs.reduce((sum, run) => sum + run.wrong, 0),
  };
}

function medianCpu(runs: readonly Measurement[]): number | undefined {
  const known = runs.map((run) => run.cpuMicrosecondsPerRequest).filter((cpu) => cpu !== undefined);
  return known.length === 0 ? undefined : median(known);
}

function table(figures: readonly Figures[]): string {
  const head = ['', 'CPU µs / request', '× Apache', 'requests / s', 'p50 ms', 'p99 ms'];
  const rows = figures.map((one) => [
    one.node === undefined ? one.title : `${one.title} (Node ${one.node.split('.')[0]})`,
    one.cpuMicrosecondsPerRequest?.toFixed(1) ?? '',
    one.timesApache?.toFixed(2) ?? '',
    Math.round(one.requestsPerSecond).toLocaleString('en'),
    one.p50.toFixed(2),
    one.p99.toFixed(2),
  ]);
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function describeMachine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model ?? 'processor'}, ${platform()} ${release()} ${arch()}`;
}
