import { isFigureName } from '../load/figure-name.ts';
import type { FigureMethod, MethodName, MethodSettings } from '../selection/create-selector.ts';
import { parseFormula } from '../selection/formula.ts';
import { parseChoice } from './choice.ts';
import { FIGURE_DEFAULTS } from './defaults.ts';
import { formatDuration, parseDurationWithin } from './duration.ts';
import type { FigureMethodOptions } from './figure-method-options.ts';
import { METHOD_NAMES } from './method-names.ts';
import { FIGURE_RANGES } from './ranges.ts';
import { Refusal } from './refusal.ts';
import { suggest } from './suggestion.ts';

type Kind = FigureMethod['method'];

const KINDS: readonly Kind[] = ['least', 'most', 'expression'];
const KEYS = ['maxAge', 'smoothing', 'choices', 'fallback'];
const SHORT = /^(least|most):(.*)$/s;

/** Reads `least:NAME`, `most:NAME` and `heartbeat`; undefined for what is none of them. @throws {Refusal} for a name that is none */
export function parseShortFigureMethod(text: string): MethodSettings | undefined {
  if (text === 'heartbeat') return { method: 'heartbeat', fallback: FIGURE_DEFAULTS.fallback };
  const [, kind, name = ''] = SHORT.exec(text) ?? [];
  if (kind !== 'least' && kind !== 'most') return undefined;
  return figureMethod(kind, name, {});
}

/** Reads a method by pushed statistics that is written out; undefined for what is none. @throws {Refusal} for what is wrong in it */
export function parseFigureMethod(value: object): MethodSettings | undefined {
  const given: Readonly<Record<string, unknown>> = { ...value };
  if (given['method'] === 'heartbeat') {
    checkKeys(given, ['method', 'fallback']);
    return { method: 'heartbeat', fallback: fallbackOf(given) };
  }
  const [kind, ...others] = KINDS.filter((candidate) => Object.hasOwn(given, candidate));
  if (kind === undefined || others.length > 0) return undefined;
  checkKeys(given, [kind, ...KEYS]);
  return figureMethod(kind, given[kind], given);
}

/** The options that give this method. */
export function figureMethodOptions(settings: FigureMethod): FigureMethodOptions {
  const { of, maxAge, smoothing, choices, fallback } = settings;
  const options = {
    maxAge: formatDuration(maxAge),
    smoothing: formatDuration(smoothing),
    choices,
    fallback,
  };
  if (settings.method === 'least') return { least: of, ...options };
  return settings.method === 'most' ? { most: of, ...options } : { expression: of, ...options };
}

function figureMethod(method: Kind, of: unknown, given: Readonly<Record<string, unknown>>): FigureMethod {
  const { maxAge = FIGURE_DEFAULTS.maxAge, smoothing = FIGURE_DEFAULTS.smoothing } = given;
  return {
    method,
    of: method === 'expression' ? formula(of) : figureName(method, of),
    maxAge: parseDurationWithin(maxAge, FIGURE_RANGES.maxAge),
    smoothing: parseDurationWithin(smoothing, FIGURE_RANGES.smoothing),
    choices: parseChoice(given['choices'] ?? FIGURE_DEFAULTS.choices, ['all', 'two']),
    fallback: fallbackOf(given),
  };
}

function figureName(method: Kind, value: unknown): string {
  if (typeof value === 'string' && isFigureName(value)) return value;
  throw new Refusal(`must name a statistic behind "${method}": 1 to 32 of a-z 0-9 _ . -`);
}

function formula(value: unknown): string {
  if (typeof value !== 'string')
    throw new Refusal('must have a text as its expression, such as "load1/cpus"');
  try {
    parseFormula(value);
    return value;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal(`has an expression that ${error.message}`);
  }
}

function fallbackOf({ fallback }: Readonly<Record<string, unknown>>): MethodName {
  return parseChoice(fallback ?? FIGURE_DEFAULTS.fallback, METHOD_NAMES);
}

function checkKeys(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new Refusal(`has the unknown key ${JSON.stringify(unknown)}${suggest(unknown, known)}`);
}
