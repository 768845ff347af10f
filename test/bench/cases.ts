import { LARGE_SHOW, PING, SHOW } from './documents.ts';

/** What is asked, by how many clients at once. */
export interface BenchCase {
  readonly name: CaseName;
  readonly title: string;
  /** Query of one connection's requests, without `session`. */
  readonly query: string;
  /** The body that must come, byte for byte, or its form. */
  readonly body: string | RegExp;
  readonly connections: number;
  /** Requests a second at most, all connections together; without it the next follows the reply. */
  readonly rate?: number;
  /** Connections beside these whose request Pazpar2 does not answer meanwhile. */
  readonly blocked?: number;
}

export const CASE_NAMES = ['ping', 'show', 'show-alone', 'large', 'init', 'blocked'] as const;
export type CaseName = (typeof CASE_NAMES)[number];

export const CASES: Readonly<Record<CaseName, BenchCase>> = {
  ping: {
    name: 'ping',
    title: 'Small replies: ping, 32 clients',
    query: 'command=ping',
    body: PING,
    connections: 32,
  },
  show: {
    name: 'show',
    title: 'show of 14 kB, 16 clients',
    query: 'command=show&start=0&num=20&sort=relevance',
    body: SHOW,
    connections: 16,
  },
  'show-alone': {
    name: 'show-alone',
    title: 'show of 14 kB, one client',
    query: 'command=show&start=0&num=20&sort=relevance',
    body: SHOW,
    connections: 1,
  },
  large: {
    name: 'large',
    title: 'show of 180 kB, 8 clients',
    query: 'command=show&start=0&num=256&sort=relevance',
    body: LARGE_SHOW,
    connections: 8,
  },
  // 800 a second are what the gateway lets through to four members, lest Pazpar2 gives a number twice.
  init: {
    name: 'init',
    title: 'init, 600 a second',
    query: 'command=init',
    body: /<session>\d+\.pz[1-4]<\/session>/,
    connections: 16,
    rate: 600,
  },
  blocked: {
    name: 'blocked',
    title: 'ping, 1,000 a second, beside 500 blocked requests',
    query: 'command=ping',
    body: PING,
    connections: 16,
    rate: 1000,
    blocked: 500,
  },
};

export const BLOCKED_QUERY = 'command=show&block=1';
