import { EngineError, quoted } from './engine-error.ts';
import type {
  EngineRequest,
  FarmUpdateRequest,
  PhysicalUpdateRequest,
  RequestKind,
} from './engine-request.ts';
import { isFigureName } from '../load/figure-name.ts';
import { codesOf, figuresOf, parseFormat } from './format.ts';
import type { Format, FormatCode } from './format.ts';
import { checkForwardUrl } from './forward-url.ts';

/** One request as it was written, however it came: its arguments, and its statistics. */
export interface RequestFields {
  readonly kind: RequestKind;
  readonly fields: ReadonlyMap<string, string>;
  readonly figures: readonly (readonly [name: string, value: number])[];
}

/** Arguments of each kind; the first one is that without which it means nothing, where there is such a one. */
const FIELDS: Readonly<Record<RequestKind, readonly string[]>> = {
  balance: ['n', 'session', 'f'],
  'status/phys': ['h', 'n', 'f'],
  'status/farm': ['n', 'f'],
  'status/engine': [],
  'update/phys': ['h', 's', 'u'],
  'update/farm': ['n', 's', 'u', 'forward'],
};

/** Codes that tell something of one physical only. */
const OF_PHYSICALS: ReadonlySet<FormatCode> = new Set(['h', 'r']);

/**
 * Makes a request of its arguments.
 *
 * @throws EngineError 400 for arguments that are missing, unknown or wrong
 */
export function readRequest(written: RequestFields): EngineRequest {
  checkArguments(written);
  const { kind, fields } = written;
  const [host, farm] = [optional(fields, 'h'), optional(fields, 'n')];
  if (kind === 'update/phys') return physicalUpdate(written);
  if (kind === 'update/farm') return farmUpdate(fields);
  if (kind === 'status/engine') return { kind };
  if (kind === 'status/farm') return { kind, farm, format: farmFormatOf(fields) };
  if (kind === 'status/phys') return { kind, host, farm, format: formatOf(fields) };
  return { kind, farm: required(fields, 'n'), session: fields.get('session'), format: formatOf(fields) };
}

function checkArguments({ kind, fields, figures }: RequestFields): void {
  for (const name of fields.keys()) {
    if (FIELDS[kind].includes(name)) continue;
    const known = FIELDS[kind].map((field) => `${field}=`).join(' ');
    throw new EngineError(400, `${kind} takes ${known === '' ? 'no arguments' : known}, not ${quoted(name)}`);
  }
  const [figure] = figures;
  if (figure !== undefined && kind !== 'update/phys') {
    throw new EngineError(400, `${kind} takes no statistics such as ${quoted(figure[0])}`);
  }
  const seen = new Set<string>();
  for (const [name] of figures) {
    if (!isFigureName(name)) {
      throw new EngineError(400, `a statistic is called 1 to 32 of a-z 0-9 _ . -, not ${quoted(name)}`);
    }
    if (seen.has(name)) throw new EngineError(400, `the statistic ${name} stands twice`);
    seen.add(name);
  }
}

function physicalUpdate({ fields, figures }: RequestFields): PhysicalUpdateRequest {
  return {
    kind: 'update/phys',
    host: required(fields, 'h'),
    administrative: oneOf(fields, 's', ['on', 'off']),
    health: oneOf(fields, 'u', ['up', 'down', 'auto']),
    figures,
  };
}

function farmUpdate(fields: RequestFields['fields']): FarmUpdateRequest {
  const farm = required(fields, 'n');
  if (fields.size === 1) throw new EngineError(400, 'update/farm needs something to change: s= u= forward=');
  const forward = fields.get('forward');
  return {
    kind: 'update/farm',
    farm,
    administrative: oneOf(fields, 's', ['on', 'off']),
    health: oneOf(fields, 'u', ['up', 'down']),
    forward: forward === undefined || forward === '' ? forward : checkedForward(forward),
  };
}

function checkedForward(url: string): string {
  const problem = checkForwardUrl(url);
  if (problem === undefined) return url;
  throw new EngineError(400, `forward= ${problem}, not ${quoted(url)}`);
}

/** An argument that may be left out, but not be empty. */
function optional(fields: RequestFields['fields'], name: string): string | undefined {
  return fields.has(name) ? required(fields, name) : undefined;
}

function required(fields: RequestFields['fields'], name: string): string {
  const value = fields.get(name);
  if (value !== undefined && value !== '') return value;
  throw new EngineError(400, name === 'h' ? 'name the physical: h=NAME' : 'name the farm');
}

function oneOf<const Word extends string>(
  fields: RequestFields['fields'],
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = fields.get(name);
  const word = words.find((candidate) => candidate === value);
  if (value === undefined || word !== undefined) return word;
  throw new EngineError(400, `${name}= must be ${words.join(' or ')}, not ${quoted(value)}`);
}

function formatOf(fields: RequestFields['fields']): Format | undefined {
  const text = fields.get('f');
  return text === undefined ? undefined : parseFormat(text);
}

function farmFormatOf(fields: RequestFields['fields']): Format | undefined {
  const format = formatOf(fields);
  if (format === undefined) return undefined;
  const wrong = codesOf(format).find((code) => OF_PHYSICALS.has(code)) ?? figuresOf(format)[0];
  if (wrong === undefined) return format;
  throw new EngineError(400, `f= of status/farm: ${quoted(wrong)} is told of physicals only`);
}
