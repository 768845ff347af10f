import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { CASE_NAMES, type CaseName } from './cases.ts';

export const HELP = `Usage: npm run bench -- [options]

Times proxies in front of the same servers, in turns, and prints medians.

  --only NAME,…      candidates (apache, gateway, middleware, hpm, http-balancer, express-undici,
                     express, express-listen, node-undici, nginx, haproxy, direct-kept,
                     direct-fresh); all by default
  --cases NAME,…     ${CASE_NAMES.join(', ')}; all by default
  --rounds N         how often each is measured (5)
  --seconds N        how long (2)
  --node FILE        runs the candidates under this Node; given several times, under each
  --cpu-prof DIR     Node candidates write a processor profile there when they end
  --json FILE        where the figures go (build/bench.json)
  --quick            one short round: shows that every candidate answers right, times nothing
  --help
`;

export interface BenchOptions {
  readonly help: boolean;
  readonly quick: boolean;
  readonly only: readonly string[] | undefined;
  readonly cases: readonly CaseName[];
  readonly rounds: number;
  readonly seconds: number;
  /** Before the first round. */
  readonly warmUpSeconds: number;
  readonly nodes: readonly NodeBinary[];
  readonly cpuProfiles: string | undefined;
  readonly json: string;
}

export interface NodeBinary {
  readonly file: string;
  /** As it says itself, without `v`. */
  readonly version: string;
}

/** @throws {TypeError} for an option that does not exist */
export function readOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      cases: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      node: { type: 'string', multiple: true, default: [process.execPath] },
      'cpu-prof': { type: 'string' },
      json: { type: 'string', default: 'build/bench.json' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    help: values.help,
    quick,
    only: values.only?.split(','),
    cases: values.cases === undefined ? CASE_NAMES : values.cases.split(',').map(caseName),
    rounds: quick ? 1 : Number(values.rounds),
    seconds: quick ? 0.1 : Number(values.seconds),
    warmUpSeconds: quick ? 0 : 2 * Number(values.seconds),
    nodes: values.node.map((file) => ({ file, version: versionOf(file) })),
    cpuProfiles: values['cpu-prof'],
    json: values.json,
  };
}

function caseName(text: string): CaseName {
  const name = CASE_NAMES.find((one) => one === text);
  if (name === undefined) throw new TypeError(`no case is called ${text}: ${CASE_NAMES.join(', ')}`);
  return name;
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
}
