import { createHash } from 'node:crypto';
import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApplicationReply } from './application-process.ts';
import { EchoSocket } from './echo-socket.ts';
import { askWeb, type WebOutcome } from './web-request.ts';

/** A session of an application as its user saw it. Times are monotonic milliseconds. */
export interface WebSession {
  readonly route: string;
  readonly begunAt: number;
  /** The request that found it lost: sent, and answered. */
  lost?: { readonly askedAt: number; readonly at: number; readonly movedTo: string };
}

export interface WebUserOptions {
  readonly name: string;
  /** Of the same cluster, at gateways with the same configuration. A session's requests go to any. */
  readonly endpoints: readonly string[];
  readonly agent: Agent;
  readonly address: string;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  /** Milliseconds between two requests, up to twice that. */
  readonly pause: number;
  /** Milliseconds within which every request must have ended. */
  readonly limit: number;
  /** Also speaks on a WebSocket. */
  readonly hasSocket: boolean;
}

const LEAVES = 0.05;
/** Instead of the seconds that Retry-After asks for. */
const LATER_MS = 150;
/** Nobody tries the same thing more often. */
const PATIENCE = 100;
/** More than is held for another member, and less. */
const LARGE = Buffer.alloc(150_000, 'large ');
const SMALL = Buffer.alloc(2_000, 'small ');

/** Asks an application again and again with its cookies, uploads, and checks that every answer is its own. */
export class WebUser {
  readonly address: string;
  readonly sessions: WebSession[] = [];
  /** Requests by how they ended. */
  readonly outcomes: Record<WebOutcome['kind'], number> = { answer: 0, refused: 0, cut: 0, left: 0 };
  /** Texts that came back on WebSockets, and WebSockets that ended. */
  readonly echoes: { echoed: number; ended: number } = { echoed: 0, ended: 0 };
  readonly #options: WebUserOptions;
  readonly #cookies = new Map<string, string>();
  #socket: EchoSocket | undefined;
  /** Of the session, as the application counted them. */
  #count = 0;
  #posts = 0;
  /** POSTs that were sent within the session; some may not have arrived. */
  #sentPosts = 0;

  constructor(options: WebUserOptions) {
    this.#options = options;
    this.address = options.address;
  }

  /** Goes on until told to stop, and then until a request was answered. Rejects at the first answer that is not its own. */
  async run(isOver: () => boolean): Promise<void> {
    const { random, pause: least } = this.#options;
    while (!isOver()) {
      await this.#ask();
      if (this.#options.hasSocket) await this.#speak();
      await pause(least * (1 + random()));
    }
    await this.#ask();
    this.#socket?.close();
  }

  /** Asks until there is an answer. */
  async #ask(): Promise<void> {
    for (let tries = 0; tries < PATIENCE; tries += 1) {
      const outcome = await this.#askOnce();
      this.outcomes[outcome.kind] += 1;
      if (outcome.kind === 'answer') return;
      if (outcome.kind !== 'left') await pause(LATER_MS * (1 + this.#options.random()));
    }
    throw new Error(`no answer to ${this.#options.name} after ${PATIENCE} tries`);
  }

  async #askOnce(): Promise<WebOutcome> {
    const { name, address, agent, limit, random } = this.#options;
    const { method, body } = this.#chooseRequest();
    if (method === 'POST') this.#sentPosts += 1;
    const askedAt = performance.now();
    const outcome = await askWeb({
      url: this.#endpoint(),
      method,
      body,
      headers: { 'X-User': name, 'X-Forwarded-For': address, Cookie: this.#cookieHeader() },
      leaveAfter: random() < LEAVES ? random() * 200 : undefined,
      limit,
      agent,
    });
    if (outcome.kind !== 'answer') return outcome;
    this.#keepCookies(outcome.headers['set-cookie']);
    this.#check(outcome.reply, body, askedAt);
    return outcome;
  }

  #chooseRequest(): { method: string; body: Buffer | undefined } {
    const chance = this.#options.random();
    if (chance < 0.6) return { method: 'GET', body: undefined };
    if (chance < 0.85) return { method: 'POST', body: SMALL };
    return { method: 'PUT', body: chance < 0.95 ? SMALL : LARGE };
  }

  #endpoint(): string {
    const { endpoints, random } = this.#options;
    return endpoints[Math.floor(random() * endpoints.length)] ?? '';
  }

  #check(reply: ApplicationReply, sent: Buffer = Buffer.alloc(0), askedAt: number): void {
    const { name } = this.#options;
    const fail = (what: string): never => {
      throw new Error(`${name}: ${what}: ${JSON.stringify(reply)}`);
    };
    if (reply.user !== name) fail("somebody else's session");
    const isWhole = reply.size === sent.length && reply.digest === digestOf(sent);
    if (!isWhole) fail('a damaged upload');
    const session = this.sessions.at(-1);
    if (reply.isNew) this.#begun(reply, session, askedAt);
    else if (reply.route !== session?.route) fail(`not on ${session?.route}`);
    else if (reply.count <= this.#count || reply.posts < this.#posts) fail(`not after ${this.#count}`);
    else if (reply.posts > this.#sentPosts) fail(`more than ${this.#sentPosts} posts`);
    this.#count = reply.count;
    this.#posts = reply.posts;
  }

  #begun({ route, posts }: ApplicationReply, before: WebSession | undefined, askedAt: number): void {
    if (before !== undefined) before.lost = { askedAt, at: performance.now(), movedTo: route };
    this.sessions.push({ route, begunAt: askedAt });
    this.#sentPosts = posts;
  }

  /** A text to and fro, on a WebSocket that is kept as long as it lives. */
  async #speak(): Promise<void> {
    const { name, limit, address } = this.#options;
    if (this.#socket?.isOpen !== true) {
      const headers = { Cookie: this.#cookieHeader(), 'X-Forwarded-For': address };
      this.#socket = await EchoSocket.open(this.#endpoint(), headers, limit);
      const { user } = this.#socket ?? { user: name };
      // A session that was lost meanwhile is nobody's.
      if (user !== name && user !== 'nobody') throw new Error(`${name} got the WebSocket of ${user}`);
    }
    const hasEcho = (await this.#socket?.echo(`${name} speaks`)) ?? false;
    this.echoes[hasEcho ? 'echoed' : 'ended'] += 1;
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keepCookies(lines: readonly string[] = []): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
