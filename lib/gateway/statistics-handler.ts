import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { StatisticsConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import { http2Stream } from '../forward/http2-message.ts';
import type { Farm } from '../statistics/farm.ts';
import { StatisticsEngine } from '../statistics/engine.ts';
import type { EngineAnswer } from '../statistics/engine.ts';
import type { MirrorPeerSnapshot } from '../statistics/mirror.ts';
import { EngineError, quoted } from '../statistics/engine-error.ts';
import { isUpdate, REQUEST_KINDS } from '../statistics/engine-request.ts';
import type { EngineRequest, RequestKind } from '../statistics/engine-request.ts';
import { isKind, parseQuery } from '../statistics/query-parser.ts';
import { MirrorEntrance, mirrorKind } from './mirror-entrance.ts';
import type { MirrorSurroundings } from './mirror-peers.ts';
import { OWN_REPLY_HEADERS } from './own-reply-headers.ts';
import { readEngineBody } from './statistics-body.ts';
import { UpdateGuard } from './update-guard.ts';

/** The statistics engine over HTTP. Whatever comes is answered here. */
export class StatisticsHandler {
  readonly #engine: StatisticsEngine;
  readonly #clock: Clock;
  readonly #mirror: MirrorEntrance;
  #config: StatisticsConfig;
  #guard: UpdateGuard;

  /** @param farms the farms of now */
  constructor(farms: () => readonly Farm[], config: StatisticsConfig, surroundings: MirrorSurroundings) {
    const { clock } = surroundings;
    this.#engine = new StatisticsEngine(farms, clock);
    this.#mirror = new MirrorEntrance(this.#engine, config.mirror, surroundings);
    this.#clock = clock;
    this.#config = config;
    this.#guard = new UpdateGuard(config, clock);
    this.#engine.ranges = config.ranges;
  }

  /** Takes other settings; what was pushed and counted stays. */
  apply(config: StatisticsConfig): void {
    this.#config = config;
    this.#engine.ranges = config.ranges;
    this.#guard = this.#guard.under(config);
    this.#mirror.apply(config.mirror);
  }

  /** How it stands with the engines that mirror this one. */
  get peers(): readonly MirrorPeerSnapshot[] {
    return this.#engine.peers();
  }

  /** Tells and asks other engines no more. */
  close(): Promise<void> {
    return this.#mirror.close();
  }

  /**
   * @param path what stands behind the engine's own path, without query
   * @param address the sender's; empty where it is not known
   */
  handle(request: IncomingMessage, response: ServerResponse, { path, address }: EngineCall): void {
    this.#answer(request, { path, address }).then(
      (answers) => respond(request, response, answers),
      (error: unknown) => refuse(request, response, error),
    );
  }

  async #answer(request: IncomingMessage, { path, address }: EngineCall): Promise<EngineAnswer[]> {
    const mirrored = mirrorKind(path);
    if (mirrored !== undefined) return [await this.#mirror.answer(mirrored, request)];
    const kind = kindOf(path);
    const requests = await this.#read(kind, request);
    if (requests.some(isUpdate)) this.#guard.admit(request, address);
    return this.#engine.execute(requests);
  }

  async #read(kind: RequestKind, request: IncomingMessage): Promise<EngineRequest[]> {
    const { method, url = '' } = request;
    const mark = url.indexOf('?');
    const query = mark === -1 ? '' : url.slice(mark + 1);
    if (method === 'POST') {
      const body = await readEngineBody(kind, request, { several: this.#config, clock: this.#clock });
      if (body !== undefined && query !== '') {
        throw new EngineError(400, 'requests stand in the query or in the body, not in both');
      }
      return body ?? parseQuery(kind, query, this.#config);
    }
    if (method !== 'GET' && method !== 'HEAD') throw notAllowed('GET, HEAD, POST');
    const requests = parseQuery(kind, query, this.#config);
    if (method === 'HEAD' && !requests.every(isStatus)) throw notAllowed('GET, POST');
    return requests;
  }
}

/** A request of which everything but the engine's part is settled. */
export interface EngineCall {
  readonly path: string;
  readonly address: string;
}

function kindOf(path: string): RequestKind {
  const kind = path.replace(/^\//, '').replace(/\/$/, '');
  if (isKind(kind)) return kind;
  throw new EngineError(404, `the engine serves ${REQUEST_KINDS.join(' ')}, not ${quoted(kind)}`);
}

function isStatus({ kind }: EngineRequest): boolean {
  return kind.startsWith('status/');
}

function notAllowed(methods: string): EngineError {
  return new EngineError(405, `use ${methods}`, { Allow: methods });
}

function respond(request: IncomingMessage, response: ServerResponse, answers: readonly EngineAnswer[]): void {
  if (wantsJson(request)) {
    const [first] = answers;
    const json = answers.length === 1 ? first?.json : answers.map((answer) => answer.json);
    send(request, response, {
      status: 200,
      type: 'application/json',
      text: JSON.stringify(json),
      headers: {},
    });
    return;
  }
  const text = answers.map((answer) => answer.text).join('\n');
  send(request, response, { status: 200, type: 'text/plain; charset=utf-8', text, headers: {} });
}

/** Errors are one line of text, whatever was asked for. */
function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof EngineError || error instanceof BalancerError
      ? error
      : new EngineError(500, 'internal error of the engine');
  const { status, message, headers } = known;
  // What is left of a body on its way would be taken for the next request.
  if (!request.complete && http2Stream(response) === undefined) response.setHeader('Connection', 'close');
  send(request, response, { status, type: 'text/plain; charset=utf-8', text: message, headers });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  {
    status,
    type,
    text,
    headers,
  }: {
    readonly status: number;
    readonly type: string;
    readonly text: string;
    readonly headers: Readonly<Record<string, string>>;
  },
): void {
  request.resume();
  const body = Buffer.from(`${text}\n`, 'utf8');
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    ...OWN_REPLY_HEADERS,
    Vary: 'Accept',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** JSON where it is asked for by name (RFC 9110, 12.5.1), text everywhere else. */
function wantsJson({ headers }: IncomingMessage): boolean {
  const ranges = (headers.accept ?? '').split(',').map((range) => range.trim().toLowerCase());
  return ranges.some(
    (range) => /^application\/json\s*(?:;|$)/.test(range) && !/;\s*q=0(?:\.0*)?\s*$/.test(range),
  );
}
