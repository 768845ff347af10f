import type { HashKey, MethodSettings } from '../selection/create-selector.ts';
import { parseChoice } from './choice.ts';
import { figureMethodOptions, parseFigureMethod, parseShortFigureMethod } from './figure-method.ts';
import { METHOD_NAMES } from './method-names.ts';
import type { LbMethod } from './options.ts';
import { Refusal } from './refusal.ts';

const HASH = 'must have a key: "address", { parameter: NAME } or { header: NAME }';
const OBJECT =
  'must be { method: "p2c", measure: "busy" or "latency" }, { method: "hash", key: … }, { least: NAME }, { most: NAME } or { expression: … }';
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/**
 * Reads how members are chosen.
 *
 * @throws {Refusal} when it is no method; the nearest name is suggested.
 */
export function parseLbMethod(value: unknown): MethodSettings {
  if (isChooser(value)) return value;
  const byFigures = typeof value === 'string' ? parseShortFigureMethod(value) : undefined;
  if (byFigures !== undefined) return byFigures;
  if (typeof value !== 'object' || value === null) return parseChoice(value, METHOD_NAMES);
  return parseFigureMethod(value) ?? parseMethodObject(value);
}

/** The option that gives this method. */
export function lbMethodOption(settings: MethodSettings): LbMethod {
  if (typeof settings !== 'object') return settings;
  if (settings.method === 'p2c' || settings.method === 'hash' || settings.method === 'heartbeat')
    return settings;
  return figureMethodOptions(settings);
}

function parseMethodObject(value: object): MethodSettings {
  const { method, measure, key, ...others }: { method?: unknown; measure?: unknown; key?: unknown } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new Refusal(`has the unknown key ${JSON.stringify(unknown)}; it ${OBJECT}`);
  if (method === 'p2c' && key === undefined) {
    return { method, measure: parseChoice(measure ?? 'busy', ['busy', 'latency']) };
  }
  if (method === 'hash' && measure === undefined) return { method, key: parseHashKey(key) };
  throw new Refusal(OBJECT);
}

function parseHashKey(value: unknown): HashKey {
  if (value === 'address') return value;
  const [entry, ...others] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entry === undefined || others.length > 0) throw new Refusal(HASH);
  const [kind, name]: [string, unknown] = entry;
  if (typeof name === 'string' && FIELD_NAME.test(name)) {
    if (kind === 'parameter') return { parameter: name };
    if (kind === 'header') return { header: name.toLowerCase() };
  }
  throw new Refusal(HASH);
}

/** Only programs can give one; a file has no functions. */
function isChooser(value: unknown): value is MethodSettings & ((...args: never) => unknown) {
  return typeof value === 'function';
}
