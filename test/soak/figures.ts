import type { LoadTally } from './load.ts';
import type { Measurement } from './measurement.ts';
import type { TransportName } from './transports.ts';

/** One soak, as measured. */
export interface SoakRun {
  readonly transport: TransportName;
  readonly seed: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly tally: LoadTally;
  readonly kills: number;
  readonly reloads: number;
  /** Before the first request, after the warm-up, and at the end; always when nothing was under way. */
  readonly fresh: Measurement;
  readonly before: Measurement;
  readonly after: Measurement;
  readonly gateway: { readonly status: number | null; readonly errors: string };
}

const MOST_GROWTH = 5_000_000;

/** Everything that was not as it must be, in words. */
export function findings({ tally, fresh, before, after, gateway }: SoakRun): string[] {
  const found: string[] = [...tally.firstWrong, ...after.complaints];
  if (tally.wrong > 0) found.push(`${tally.wrong} requests ended as they must not`);
  if (tally.repeatedValues > 0) found.push(`${tally.repeatedValues} session values were given twice`);
  const growth = after.memory.heapUsed - before.memory.heapUsed;
  if (growth >= MOST_GROWTH) found.push(`the heap grew by ${megabytes(growth)}`);
  for (const [name, count] of Object.entries(after.inUse)) {
    const was = fresh.inUse[name] ?? 0;
    if (count > was) found.push(`${name}: ${count}, was ${was} at the start`);
  }
  if (gateway.status !== 0) found.push(`the gateway ended with status ${gateway.status}`);
  if (gateway.errors !== '') found.push(`the gateway wrote to its standard error: ${gateway.errors}`);
  return found;
}

export function formatFigures(run: SoakRun): string {
  const { tally, fresh, before, after, seconds } = run;
  const requests = tally.requests - run.warmUp;
  const lines: [string, string][] = [
    ['transport', `${run.transport}, Node ${process.version}, seed ${run.seed}`],
    [
      'requests',
      `${requests} after ${run.warmUp} for warming up, ${Math.round(requests / seconds)} a second`,
    ],
    ['duration', `${seconds.toFixed(1)} s, ${run.kills} backends killed, ${run.reloads} reloads`],
    ['endings', formatCounts(tally.endings)],
    ['access log', `${formatCounts(after.verdicts)}, ${megabytes(after.logBytes)}`],
    ['wrong', String(tally.wrong)],
    ['heap after GC', change(before, after, ({ memory }) => memory.heapUsed)],
    ['external', change(before, after, ({ memory }) => memory.external)],
    ['resident', change(before, after, ({ memory }) => memory.rss)],
    ['held at start', formatCounts(fresh.inUse)],
    ['held at end', formatCounts(after.inUse)],
  ];
  return `${lines.map(([name, text]) => `${name.padEnd(14)} ${text}\n`).join('')}\n`;
}

function change(before: Measurement, after: Measurement, of: (measurement: Measurement) => number): string {
  return `${megabytes(of(before))} -> ${megabytes(of(after))}`;
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
