import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExpectedResult } from '../../lib/simulator/index.ts';
import { askPz2, type Outcome } from './pz2-request.ts';

/** A search and what it must find. */
export interface Search {
  readonly query: string;
  /** Words of the query that no other user's query has. */
  readonly ownWords: readonly string[];
  readonly expected: ExpectedResult;
}

/** What a user's session went through, as the user saw it. */
export interface SessionStory {
  readonly value: string;
  /** When `init` was sent, and when the session was found lost; monotonic milliseconds. */
  readonly begunAt: number;
  lostAt: number | undefined;
}

export interface Pz2UserOptions {
  /** Gateways with the same configuration. A session begins at the first; later requests go to any. */
  readonly endpoints: readonly string[];
  /** The searches of the session, one after the other. */
  readonly searches: readonly Search[];
  readonly agent: Agent;
  readonly address: string;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  /** Milliseconds between two rounds of polling, up to twice that. */
  readonly pollEvery: number;
  /** Milliseconds within which every request must have ended. */
  readonly limit: number;
}

const LEAVES = 0.1;
const POSTS = 0.2;
/** Instead of the seconds that Retry-After asks for. */
const LATER_MS = 150;
/** Nobody tries the same thing more often. */
const PATIENCE = 100;

class SessionLost extends Error {}

/** A person with a page that uses pz2.js: begins, searches, looks at hits while they come, opens a record, and begins anew when told that the session is lost. */
export class Pz2User {
  readonly sessions: SessionStory[] = [];
  /** Requests by how they ended. */
  readonly outcomes: Record<Outcome['kind'], number> = { answer: 0, lost: 0, later: 0, cut: 0, left: 0 };
  readonly #options: Pz2UserOptions;
  #session: SessionStory | undefined;

  constructor(options: Pz2UserOptions) {
    this.#options = options;
  }

  /** Resolves when every search has been found complete. Rejects at the first answer that is not this user's own. */
  async run(): Promise<void> {
    for (;;) {
      try {
        await this.#begin();
        for (const search of this.#options.searches) await this.#find(search);
        await this.#ask('stop');
        return;
      } catch (error) {
        if (!(error instanceof SessionLost)) throw error;
      }
    }
  }

  async #begin(): Promise<void> {
    this.#session = undefined;
    const begunAt = performance.now();
    const reply = await this.#ask('init');
    const value = textOf(reply, 'session');
    if (value === undefined) throw new Error(`init: ${reply}`);
    this.#session = { value, begunAt, lostAt: undefined };
    this.sessions.push(this.#session);
  }

  async #find(search: Search): Promise<void> {
    await this.#ask('search', { query: search.query });
    while (await this.#look(search)) {
      await pause(this.#options.pollEvery * (1 + this.#options.random()));
    }
    await this.#readAll(search);
    await this.#ask('ping');
  }

  /** One round of polling; true while more may come. */
  async #look(search: Search): Promise<boolean> {
    const [show, stat, termlist, bytarget] = await Promise.all([
      this.#ask('show', { block: '1', num: '20', sort: 'relevance' }),
      this.#ask('stat'),
      this.#ask('termlist', { name: 'xtargets,subject,author' }),
      this.#ask('bytarget', this.#options.random() < 0.5 ? { block: '1' } : {}),
    ]);
    checkHits(show, search);
    atMost(textOf(stat, 'hits'), search.expected.hits, stat);
    const sought = /<query_data>([^<]*)</.exec(bytarget)?.[1];
    for (const word of search.ownWords) {
      if (sought?.includes(word) !== true) throw new Error(`not a bytarget of ${search.query}: ${bytarget}`);
    }
    return [show, stat, termlist].some((reply) => textOf(reply, 'activeclients') !== '0');
  }

  /** All targets are done: nothing may be missing now. */
  async #readAll(search: Search): Promise<void> {
    const { expected } = search;
    const show = await this.#ask('show', { block: '1', num: '1000', sort: 'title:1' });
    const found = checkHits(show, search).sort();
    if (found.join('\n') !== expected.recids.join('\n'))
      throw new Error(`not all of ${search.query}: ${show}`);
    if (
      textOf(show, 'merged') !== String(expected.merged) ||
      textOf(show, 'total') !== String(expected.hits)
    ) {
      throw new Error(`counts of ${search.query}: ${show}`);
    }
    const id = found[Math.floor(this.#options.random() * found.length)] ?? '';
    const record = await this.#ask('record', { id });
    if (textOf(record, 'recid') !== id) throw new Error(`not the record ${id}: ${record}`);
  }

  /** Asks until there is an answer. */
  async #ask(command: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const session = this.#session;
    for (let tries = 0; tries < PATIENCE; tries += 1) {
      // Another request of this user has found the session lost.
      if (session !== this.#session) throw new SessionLost();
      const outcome = await this.#askOnce(command, more);
      this.outcomes[outcome.kind] += 1;
      if (outcome.kind === 'answer') return outcome.text;
      if (outcome.kind === 'lost') throw this.#lost(session, outcome.echo);
      if (outcome.kind !== 'left') await pause(LATER_MS * (1 + this.#options.random()));
    }
    throw new Error(`no answer to ${command} after ${PATIENCE} tries`);
  }

  async #askOnce(command: string, more: Readonly<Record<string, string>>): Promise<Outcome> {
    const { endpoints, random, address, agent, limit } = this.#options;
    const session = this.#session?.value;
    const elsewhere = session !== undefined && random() < 0.5;
    return askPz2({
      url: endpoints[elsewhere ? Math.floor(random() * endpoints.length) : 0] ?? '',
      args: { command, ...(session === undefined ? {} : { session }), ...more },
      asForm: random() < POSTS,
      headers: { 'X-Forwarded-For': address, 'Accept-Encoding': random() < 0.5 ? 'gzip' : 'identity' },
      leaveAfter: random() < LEAVES ? random() * 200 : undefined,
      limit,
      agent,
    });
  }

  #lost(session: SessionStory | undefined, echo: string): Error {
    if (session === undefined) return new Error('an init was told that its session is lost');
    if (echo !== session.value) return new Error(`${session.value} was lost under the name ${echo}`);
    session.lostAt ??= performance.now();
    return new SessionLost();
  }
}

/** The hits of a `show`, each of which must be one of the search. */
function checkHits(show: string, { query, expected }: Search): string[] {
  const recids = Array.from(show.matchAll(/<recid>([^<]*)<\/recid>/g), ([, recid = '']) => recid);
  for (const recid of recids) {
    if (!expected.recids.includes(recid)) throw new Error(`${recid} is no hit of ${query}: ${show}`);
  }
  atMost(textOf(show, 'merged'), expected.merged, show);
  atMost(textOf(show, 'total'), expected.hits, show);
  return recids;
}

function atMost(found: string | undefined, most: number, reply: string): void {
  if (found === undefined || Number(found) > most) throw new Error(`more than ${most}: ${reply}`);
}

function textOf(reply: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(reply)?.[1];
}
