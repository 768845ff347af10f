import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from '../helpers/find-program.ts';
import type { StickyMember } from '../incumbents/sticky-member.ts';
import { CANDIDATES, type Candidate, type RunningCandidate } from './candidates.ts';
import { CASES } from './cases.ts';
import type { LoadOrder, Measurement } from './measure.ts';
import { HELP, readOptions, type BenchOptions, type NodeBinary } from './options.ts';
import { formatReport, makeReport, type Contestant, type Report, type Series } from './report.ts';
import { Worker } from './worker.ts';

const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];
/** Candidates beside Apache. So few that the turns of one follow each other before its process rests and V8 gives its memory back. */
const GROUP_SIZE = 3;

type Pair = readonly [Candidate, NodeBinary];

interface RunningContestant extends Contestant {
  readonly running: RunningCandidate;
}

/** Runs the bench. Resolves with false when a reply was not what it had to be. */
async function bench(options: BenchOptions): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const backend = new Worker('backend', ROUTES);
  const load = new Worker('load');
  const members = (await backend.message()) as StickyMember[];
  try {
    const groups: Series[][] = [];
    for (const group of groupsOf(options)) {
      groups.push(await measureGroup(options, group, { members, directory, load, backend }));
    }
    if (!options.quick) await publish(makeReport(groups), options.json);
    return tellWhatWasWrong(groups.flat());
  } finally {
    await load.stop();
    await backend.stop();
    await rm(directory, { recursive: true });
  }
}

/**
 * What is measured in turns: some of the candidates that are wanted and installed, those on Node with each Node. Apache is in each group, so
 * that everybody is compared with what it took in the same minutes.
 */
function groupsOf({ only, nodes }: BenchOptions): Pair[][] {
  const wanted = CANDIDATES.filter(({ name }) => only?.includes(name) ?? true).filter(isInstalled);
  const apache = wanted.filter(({ name }) => name === 'apache');
  const others = wanted.filter(({ name }) => name !== 'apache');
  const count = Math.max(1, Math.ceil(others.length / GROUP_SIZE));
  return Array.from({ length: count }, (_, index) =>
    [...apache, ...others.slice(index * GROUP_SIZE, (index + 1) * GROUP_SIZE)].flatMap((candidate) =>
      (candidate.runsOnNode ? nodes : nodes.slice(0, 1)).map((node): Pair => [candidate, node]),
    ),
  );
}

interface Surroundings {
  readonly members: readonly StickyMember[];
  readonly directory: string;
  readonly load: Worker;
  readonly backend: Worker;
}

async function measureGroup(
  options: BenchOptions,
  group: readonly Pair[],
  { members, directory, load, backend }: Surroundings,
): Promise<Series[]> {
  const contestants: RunningContestant[] = [];
  try {
    for (const pair of group) contestants.push(await startContestant(pair, options, { members, directory }));
    return await measureAll(options, contestants, { load, backend });
  } finally {
    await Promise.all(contestants.map(({ running }) => running.stop()));
  }
}

async function publish(report: Report, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`\n${formatReport(report)}\n`);
}

async function startContestant(
  [candidate, node]: Pair,
  { cpuProfiles }: BenchOptions,
  { members, directory }: Omit<Surroundings, 'load' | 'backend'>,
): Promise<RunningContestant> {
  const nodeArguments = cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProfiles}`];
  const running = await candidate.start({ members, directory, node: node.file, nodeArguments });
  const version = candidate.runsOnNode ? node.version : undefined;
  return { name: candidate.name, title: candidate.title, node: version, running };
}

function isInstalled({ needs }: Candidate): boolean {
  if (needs === undefined || findProgram(needs) !== undefined) return true;
  if (process.env['CI'] === 'true') throw new Error(`${needs} is not installed`);
  process.stderr.write(`${needs} is not installed and left out\n`);
  return false;
}

/** Round by round, so that what disturbs the machine disturbs everybody; each round begins with another one. */
async function measureAll(
  { cases, rounds, seconds, warmUpSeconds: firstWarmUp }: BenchOptions,
  contestants: readonly RunningContestant[],
  { load, backend }: Pick<Surroundings, 'load' | 'backend'>,
): Promise<Series[]> {
  const series = cases.map((caseName) =>
    contestants.map((contestant) => ({ caseName, contestant, runs: new Array<Measurement>() })),
  );
  for (let round = 0; round < rounds; round++) {
    // Compilers take their time once; later connections are new.
    const warmUpSeconds = round === 0 ? firstWarmUp : firstWarmUp / 8;
    for (const { caseName, contestant, runs } of series.flatMap((ofCase) => rotated(ofCase, round))) {
      const { targets, fresh, pid } = contestant.running;
      const order: LoadOrder = { caseName, targets, fresh, pid, warmUpSeconds, seconds };
      runs.push((await load.ask(order)) as Measurement);
      // Who does not notice that clients have left would wait with all it has through the next turns.
      if (CASES[caseName].blocked !== undefined) await backend.ask({ answer: 'blocked' });
      process.stderr.write('.');
    }
  }
  return series.flat();
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

function tellWhatWasWrong(series: readonly Series[]): boolean {
  let right = true;
  process.stderr.write('\n');
  for (const { contestant, caseName, runs } of series) {
    for (const { requests, wrong, firstWrong } of runs) {
      if (requests > 0 && wrong === 0) continue;
      right = false;
      process.stderr.write(
        `${contestant.title}, ${caseName}: ${wrong} of ${requests} replies wrong: ${firstWrong}\n`,
      );
    }
  }
  if (right) process.stderr.write('every reply was right\n');
  return right;
}

const options = readOptions(process.argv.slice(2));
if (options.help) process.stdout.write(HELP);
else if (!(await bench(options))) process.exitCode = 1;
