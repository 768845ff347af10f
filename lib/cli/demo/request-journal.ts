import * as z from 'zod';
import type { Logger } from '../../observability/logger.ts';

/** One request that the gateway has answered. */
export interface JournalEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** Undefined where the request was refused before its command was known. */
  readonly command: string | undefined;
  /** The server that it went to, undefined where it went to none. */
  readonly route: string | undefined;
  /** HTTP status, 0 when the client left before one was sent. */
  readonly status: number;
  /** Milliseconds from its start to its end. */
  readonly ms: number;
  /** How many servers, or how often one server, was tried. */
  readonly attempts: number;
  /** Code of the balancer's own error. */
  readonly error: string | undefined;
}

/** What the demo reads of a line of the gateway's access log. */
const accessLine = z.object({
  command: z.string().optional(),
  route: z.string().optional(),
  /** Left out where the request went to no server; `route` is then only what the session value says. */
  member: z.string().optional(),
  status: z.number(),
  ms: z.number(),
  attempts: z.number(),
  error: z.string().optional(),
});

const MOST_ENTRIES = 200;

/** Keeps the latest lines of the gateway's access log for the page, and says what else the gateway logs to the terminal. */
export class RequestJournal implements Logger {
  readonly #warn: (message: string) => void;
  #entries: readonly JournalEntry[] = [];
  #number = 0;

  /** @param warn hears what an operator should look at */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Entries with a higher number than the given one, oldest first. */
  entriesAfter(number: number): readonly JournalEntry[] {
    return this.#entries.filter((entry) => entry.number > number);
  }

  info(fields: object, message: string): void {
    if (message !== 'request') return;
    const { data: line } = accessLine.safeParse(fields);
    if (line === undefined) return;
    const { command, member, status, ms, attempts, error } = line;
    const route = member === undefined ? undefined : line.route;
    this.#number += 1;
    const entry = { number: this.#number, command, route, status, ms, attempts, error };
    this.#entries = [...this.#entries.slice(1 - MOST_ENTRIES), entry];
  }

  debug(): void {
    // Errors of clients are in the access log too.
  }

  warn(_: object, message: string): void {
    this.#warn(message);
  }

  error(_: object, message: string): void {
    this.#warn(message);
  }
}
