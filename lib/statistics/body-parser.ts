import { EngineError, quoted } from './engine-error.ts';
import type { EngineRequest, RequestKind } from './engine-request.ts';
import { parseFigure } from '../load/figure-name.ts';
import { checkKind, checkNumber, isKind } from './query-parser.ts';
import type { SeveralRequests } from './query-parser.ts';
import { readRequest } from './request-fields.ts';

/** Arguments that are texts in every form; all else in a form is a statistic. */
const TEXTS: ReadonlySet<string> = new Set(['h', 'n', 's', 'u', 'f', 'session', 'forward']);

/**
 * Reads a JSON body: one request, or a list of them. A request is an object: numbers in it are statistics, texts are arguments, and `kind` may
 * name another kind than the path's.
 *
 * @throws EngineError 400
 */
export function parseJsonBody(kind: RequestKind, text: string, several: SeveralRequests): EngineRequest[] {
  return readJson(kind, parseJson(text), several);
}

/** As `parseJsonBody`, of what somebody else has parsed already. */
export function readJson(kind: RequestKind, value: unknown, several: SeveralRequests): EngineRequest[] {
  const requests: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (requests.length === 0) throw new EngineError(400, 'the list of requests is empty');
  checkNumber(requests.length, several);
  return requests.map((request) => readObject(kind, request, several));
}

/**
 * Reads a form: one request, `h=pz1&s=on&load1=0.42`. What is no argument is a statistic.
 *
 * @throws EngineError 400
 */
export function parseFormBody(kind: RequestKind, text: string): EngineRequest {
  const fields = new Map<string, string>();
  const figures: [string, number][] = [];
  for (const [name, value] of new URLSearchParams(text)) {
    if (!TEXTS.has(name)) figures.push([name, figure(name, parseFigure(value))]);
    else if (fields.has(name)) throw new EngineError(400, `${name}= stands twice`);
    else fields.set(name, value);
  }
  return readRequest({ kind, fields, figures });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EngineError(400, 'the body is no JSON');
  }
}

function readObject(first: RequestKind, request: unknown, several: SeveralRequests): EngineRequest {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new EngineError(400, 'a request in JSON is an object such as {"h":"pz1","load1":0.42}');
  }
  const { kind = first, ...others }: { kind?: unknown } = request;
  if (typeof kind !== 'string' || !isKind(kind)) {
    throw new EngineError(400, `there are no requests of the kind ${quoted(String(kind))}`);
  }
  checkKind(kind, first, several);
  const fields = new Map<string, string>();
  const figures: [string, number][] = [];
  for (const [name, value] of Object.entries<unknown>(others)) {
    if (typeof value === 'string' && TEXTS.has(name)) fields.set(name, value);
    else if (typeof value === 'number') figures.push([name, figure(name, value)]);
    else throw new EngineError(400, `${quoted(name)} must be ${TEXTS.has(name) ? 'a text' : 'a number'}`);
  }
  return readRequest({ kind, fields, figures });
}

function figure(name: string, value: number | undefined): number {
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new EngineError(400, `the statistic ${quoted(name)} is no finite number`);
}
