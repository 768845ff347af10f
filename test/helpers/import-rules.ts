import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { importsOf, placesOf, type SourcePlace } from './source-code.ts';

/** The parts of the product, lowest first: each imports from its own line and from those above it. */
const LAYERS: readonly (readonly string[])[] = [
  ['lib/errors.ts', 'lib/linked-list.ts', 'lib/clock.ts', 'lib/timers', 'lib/observability'],
  ['lib/sticky', 'lib/protocol', 'lib/store', 'lib/load', 'lib/limits'],
  ['lib/cluster'],
  ['lib/selection', 'lib/health', 'lib/session', 'lib/forward', 'lib/statistics'],
  ['lib/config'],
  ['lib/gateway'],
  ['middleware', 'shim'],
  ['lib/cli'],
];
/** The line whose parts do not import from each other. */
const APART = LAYERS[3] ?? [];
const SIMULATOR = 'lib/simulator';
const SIMULATOR_IMPORTS = ['lib/errors.ts', 'lib/clock.ts', 'lib/observability', 'lib/protocol'];
const SIMULATOR_IMPORTERS = ['lib/cli'];
const EXPRESS_USERS = ['middleware', 'shim', SIMULATOR, 'lib/cli'];
const CLOCK = 'lib/clock.ts';
const TIME_AND_CHANCE =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|(?<![.\w#])(?:globalThis\.)?set(?:Timeout|Interval|Immediate)\(|['"](?:node:)?(?:timers|timers\/promises|perf_hooks)['"]/g;

/**
 * What a source of the product does against the rules of who may import whom.
 *
 * @param file path from the project's folder
 * @param dependencies packages that the product may import
 * @returns one line for each offence: file, line, what was found, the rule
 */
export function offencesOf(file: string, source: string, dependencies: readonly string[]): string[] {
  return [
    ...importsOf(source).flatMap((place) =>
      report(file, place, importOffence(file, place.text, dependencies)),
    ),
    ...placesOf(source, TIME_AND_CHANCE).flatMap((place) => report(file, place, timeOffence(file))),
  ];
}

function report(file: string, { line, text }: SourcePlace, rule: string | undefined): string[] {
  return rule === undefined ? [] : [`${file}:${line}: ${text}: ${rule}`];
}

function timeOffence(file: string): string | undefined {
  return file === CLOCK ? undefined : `time and chance come from ${CLOCK} only`;
}

function importOffence(file: string, specifier: string, dependencies: readonly string[]): string | undefined {
  if (specifier.startsWith('.')) return partOffence(partOf(file), join(dirname(file), specifier));
  if (builtinModules.includes(specifier)) return 'modules of Node are imported with node: in front';
  if (specifier.startsWith('node:')) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (name === 'express' && !EXPRESS_USERS.includes(partOf(file))) {
    return `express is for ${EXPRESS_USERS.join(', ')} only`;
  }
  return dependencies.includes(name) ? undefined : 'the product imports its dependencies only';
}

function partOffence(from: string, target: string): string | undefined {
  const to = partOf(target);
  if (from === to) return undefined;
  if (to === SIMULATOR) {
    return SIMULATOR_IMPORTERS.includes(from)
      ? undefined
      : `only ${SIMULATOR_IMPORTERS.join()}, tests and examples import the simulator`;
  }
  if (from === SIMULATOR) {
    return SIMULATOR_IMPORTS.includes(to)
      ? undefined
      : `the simulator imports ${SIMULATOR_IMPORTS.join(', ')} only`;
  }
  if (layerOf(to) === -1) return 'the product imports parts of the product only';
  if (layerOf(to) > layerOf(from)) return `${from} stands below ${to}`;
  return APART.includes(from) && APART.includes(to)
    ? `${APART.join(', ')} do not import each other`
    : undefined;
}

/** The part that a file belongs to: `lib/cluster` for lib/cluster/member.ts, itself for lib/errors.ts, else its top folder. */
function partOf(file: string): string {
  const [top = '', second] = file.split('/');
  return top === 'lib' ? `lib/${second}` : top;
}

function layerOf(part: string): number {
  return LAYERS.findIndex((layer) => layer.includes(part));
}

/** Whether the rules know a part; a new folder needs a place in them first. */
export function isKnownPart(file: string): boolean {
  const part = partOf(file);
  return part === SIMULATOR || layerOf(part) !== -1;
}
