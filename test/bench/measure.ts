import { setTimeout as pause } from 'node:timers/promises';
import { BLOCKED_QUERY, CASES, type BenchCase, type CaseName } from './cases.ts';
import { cpuTime } from './cpu-time.ts';
import { LoadConnection } from './load-connection.ts';
import { quantile } from './statistics.ts';

/** Where the requests of one route go. */
export interface LoadTarget {
  readonly route: string;
  readonly port: number;
  readonly path: string;
}

/** What is measured. */
export interface LoadOrder {
  readonly caseName: CaseName;
  /** One for each route; connections take them in turn. */
  readonly targets: readonly LoadTarget[];
  readonly fresh: boolean;
  /** The candidate's process; undefined where nothing stands between client and server. */
  readonly pid: number | undefined;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What one run of one case gave. Times in milliseconds unless they say otherwise. */
export interface Measurement {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMicrosecondsPerRequest: number | undefined;
  readonly p50: number;
  readonly p99: number;
  /** Replies that were not what they had to be, and the first of them. */
  readonly wrong: number;
  readonly firstWrong: string | undefined;
}

interface Tally {
  readonly latencies: number[];
  wrong: number;
  firstWrong: string | undefined;
}

// Long enough for the last blocked request to have gone all the way.
const SETTLE_MS = 300;

/** Runs one case against one candidate: opens the connections, warms up, measures, closes. */
export async function measure(order: LoadOrder): Promise<Measurement> {
  const benchCase = CASES[order.caseName];
  const blocked = openConnections(order, benchCase.blocked ?? 0, BLOCKED_QUERY);
  for (const connection of blocked) connection.ask(() => undefined);
  if (blocked.length > 0) await pause(SETTLE_MS);
  const connections = openConnections(order, benchCase.connections, benchCase.query);
  const warmUp = await load(connections, benchCase, order.warmUpSeconds);

  const cpuBefore = order.pid === undefined ? undefined : cpuTime(order.pid);
  const since = performance.now();
  const { latencies, wrong, firstWrong } = await load(connections, benchCase, order.seconds);
  const elapsed = (performance.now() - since) / 1000;
  const cpu = order.pid === undefined || cpuBefore === undefined ? undefined : cpuTime(order.pid) - cpuBefore;
  for (const connection of [...connections, ...blocked]) connection.close();

  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / elapsed,
    cpuMicrosecondsPerRequest: cpu === undefined ? undefined : (1e6 * cpu) / latencies.length,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    wrong: wrong + warmUp.wrong,
    firstWrong: warmUp.firstWrong ?? firstWrong,
  };
}

function openConnections({ targets, fresh }: LoadOrder, count: number, query: string): LoadConnection[] {
  return Array.from({ length: count }, (_, index) => {
    const target = targets[index % targets.length];
    if (target === undefined) throw new TypeError('nothing to load');
    const session = query.includes('command=init') ? '' : `&session=${1000 + index}.${target.route}`;
    return new LoadConnection(target.port, `${target.path}?${query}${session}`, fresh);
  });
}

async function load(
  connections: readonly LoadConnection[],
  benchCase: BenchCase,
  seconds: number,
): Promise<Tally> {
  const tally: Tally = { latencies: [], wrong: 0, firstWrong: undefined };
  const until = performance.now() + 1000 * seconds;
  const interval = benchCase.rate === undefined ? 0 : (1000 * connections.length) / benchCase.rate;
  const loops = connections.map((connection, index) => {
    const begin = performance.now() + (interval * index) / connections.length;
    return askRepeatedly(connection, benchCase, { tally, until, interval, begin });
  });
  await Promise.all(loops);
  return tally;
}

interface Pace {
  readonly tally: Tally;
  readonly until: number;
  /** Milliseconds from one request to the next of a connection; 0 lets it follow the reply. */
  readonly interval: number;
  readonly begin: number;
}

function askRepeatedly(
  connection: LoadConnection,
  { body: expected }: BenchCase,
  { tally, until, interval, begin }: Pace,
): Promise<void> {
  const isRight = typeof expected === 'string' ? equals(Buffer.from(expected, 'latin1')) : matches(expected);
  return new Promise((resolve) => {
    let due = begin;
    const ask = (): void => {
      const since = performance.now();
      if (since >= until) return resolve();
      due += interval;
      connection.ask((body, status) => {
        tally.latencies.push(performance.now() - since);
        if (status !== 200 || !isRight(body)) {
          tally.wrong += 1;
          tally.firstWrong ??= `${status} ${body.toString('latin1', 0, 300)}`;
        }
        next();
      });
    };
    const next = (): void => {
      const wait = due - performance.now();
      if (interval > 0 && wait > 0) setTimeout(ask, wait);
      else ask();
    };
    next();
  });
}

function equals(expected: Buffer): (body: Buffer) => boolean {
  return (body) => expected.equals(body);
}

function matches(expected: RegExp): (body: Buffer) => boolean {
  return (body) => expected.test(body.toString('latin1'));
}
