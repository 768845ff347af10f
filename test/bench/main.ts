import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from '../helpers/find-program.ts';
import type { StickyMember } from '../incumbents/sticky-member.ts';
import { CANDIDATES, type Candidate, type RunningCandidate } from './candidates.ts';
import type { LoadOrder, Measurement } from './measure.ts';
import { HELP, readOptions, type BenchOptions, type NodeBinary } from './options.ts';
import { formatReport, makeReport, type Contestant, type Report, type Series } from './report.ts';
import { Worker } from './worker.ts';

const ROUTES = ['pz1', 'pz2', 'pz3', 'pz4'];

interface RunningContestant extends Contestant {
  readonly running: RunningCandidate;
}

/** Runs the bench. Resolves with false when a reply was not what it had to be. */
async function bench(options: BenchOptions): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const backend = new Worker('backend', ROUTES);
  const load = new Worker('load');
  const members = (await backend.message()) as StickyMember[];
  const contestants = await startAll(options, members, directory);
  try {
    const series = await measureAll(options, contestants, load);
    if (!options.quick) await publish(makeReport(series), options.json);
    return tellWhatWasWrong(series);
  } finally {
    await Promise.all(contestants.map(({ running }) => running.stop()));
    await load.stop();
    await backend.stop();
    await rm(directory, { recursive: true });
  }
}

async function publish(report: Report, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`\n${formatReport(report)}\n`);
}

async function startAll(
  options: BenchOptions,
  members: readonly StickyMember[],
  directory: string,
): Promise<RunningContestant[]> {
  const nodeArguments =
    options.cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.cpuProfiles}`];
  const contestants: RunningContestant[] = [];
  for (const [candidate, node] of pairs(options)) {
    const running = await candidate.start({ members, directory, node: node.file, nodeArguments });
    const version = candidate.runsOnNode ? node.version : undefined;
    contestants.push({ name: candidate.name, title: candidate.title, node: version, running });
  }
  return contestants;
}

/** Every candidate that is wanted and installed, those on Node with each Node. */
function pairs({ only, nodes }: BenchOptions): [Candidate, NodeBinary][] {
  const wanted = CANDIDATES.filter(({ name }) => only?.includes(name) ?? true);
  return wanted.filter(isInstalled).flatMap((candidate) => {
    const under = candidate.runsOnNode ? nodes : nodes.slice(0, 1);
    return under.map((node): [Candidate, NodeBinary] => [candidate, node]);
  });
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
  load: Worker,
): Promise<Series[]> {
  const series = cases.map((caseName) =>
    contestants.map((contestant) => ({ caseName, contestant, runs: new Array<Measurement>() })),
  );
  for (let round = 0; round < rounds; round++) {
    // Compilers take their time once; later connections are new, and memory that V8 gave back while others were measured.
    const warmUpSeconds = round === 0 ? firstWarmUp : firstWarmUp / 2;
    for (const { caseName, contestant, runs } of series.flatMap((ofCase) => rotated(ofCase, round))) {
      const { targets, fresh, pid } = contestant.running;
      const order: LoadOrder = { caseName, targets, fresh, pid, warmUpSeconds, seconds };
      runs.push((await load.ask(order)) as Measurement);
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
