import type { IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { MirrorConfig } from '../config/config.ts';
import { requestBody } from '../forward/request-body.ts';
import type { MaybeParsedRequest } from '../forward/request-body.ts';
import type { EngineAnswer, StatisticsEngine } from '../statistics/engine.ts';
import { EngineError } from '../statistics/engine-error.ts';
import type { FactKey } from '../statistics/mirror-fact.ts';
import { readMirrorReport } from '../statistics/mirror-report.ts';
import { bearerTest, type AuthorizationTest } from './bearer-test.ts';
import { MirrorPeers, type MirrorSurroundings } from './mirror-peers.ts';

/** 500 facts have some 100 kB. */
const LARGEST = 4 * 1024 * 1024;
const PATH = /^\/?mirror\/(farm|phys)\/?$/;

/** What a path under the engine's own asks to be mirrored; undefined for other paths. */
export function mirrorKind(path: string): FactKey['kind'] | undefined {
  const kind = PATH.exec(path)?.[1];
  return kind === 'farm' || kind === 'phys' ? kind : undefined;
}

/** Where other engines come for what this one knows, and tell what they know. Closed unless it is configured. */
export class MirrorEntrance {
  readonly #engine: StatisticsEngine;
  readonly #surroundings: MirrorSurroundings;
  #config: MirrorConfig | undefined;
  #peers: MirrorPeers | undefined;
  #admits: AuthorizationTest = () => false;

  constructor(engine: StatisticsEngine, config: MirrorConfig | undefined, surroundings: MirrorSurroundings) {
    this.#engine = engine;
    this.#surroundings = surroundings;
    this.apply(config);
  }

  /** Takes other settings; what is known stays as long as there are any. */
  apply(config: MirrorConfig | undefined): void {
    if (isDeepStrictEqual(config, this.#config)) return;
    this.#config = config;
    if (config === undefined) {
      void this.close();
      return;
    }
    this.#admits = bearerTest(config.token);
    this.#peers ??= this.#begin();
    this.#peers.apply(config);
  }

  /**
   * Answers `mirror/farm` and `mirror/phys`: GET gives all that is known, POST takes a report.
   *
   * @throws EngineError 400, 401, 403, 405; BalancerError as `requestBody`
   */
  async answer(kind: FactKey['kind'], request: MaybeParsedRequest): Promise<EngineAnswer> {
    const mirror = this.#peers?.mirror;
    if (mirror === undefined) throw new EngineError(403, 'mirroring is not enabled');
    this.#admit(request);
    if (request.method === 'GET') return answerOf(mirror.report(kind));
    if (request.method !== 'POST') throw new EngineError(405, 'use GET, POST', { Allow: 'GET, POST' });
    return answerOf(mirror.receive(readMirrorReport(await readJson(request))));
  }

  async close(): Promise<void> {
    const peers = this.#peers;
    this.#peers = undefined;
    this.#engine.onUpdate = () => undefined;
    this.#engine.peers = () => [];
    await peers?.close();
  }

  #begin(): MirrorPeers {
    const peers = new MirrorPeers(this.#engine, this.#surroundings);
    this.#engine.peers = () => peers.snapshot();
    return peers;
  }

  #admit({ headers }: IncomingMessage): void {
    if (this.#admits(headers.authorization)) return;
    throw new EngineError(401, 'mirroring needs the token: Authorization: Bearer TOKEN', {
      'WWW-Authenticate': 'Bearer',
    });
  }
}

function answerOf(json: unknown): EngineAnswer {
  return { text: JSON.stringify(json), json };
}

async function readJson(request: MaybeParsedRequest): Promise<unknown> {
  if (request.readableDidRead && typeof request.body === 'object') return request.body;
  const text = (await requestBody(request, LARGEST)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new EngineError(400, 'a report of an engine is JSON');
  }
}
