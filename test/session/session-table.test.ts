import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SessionTable, type LiveSession } from '../../lib/session/session-table.ts';

const TIMEOUT = 60_000;

/** The sessions in order of last use, each looked at one by one. */
class NaiveTable {
  readonly #maxSessions: number;
  #sessions: (LiveSession & { lastSeen: number })[] = [];

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  touch(session: LiveSession, now: number): void {
    this.#sessions = this.alive(now);
    const known = this.#sessions.find((each) => isSame(each, session));
    this.#sessions = this.#sessions.filter((each) => each !== known);
    if (known === undefined && this.#sessions.length === this.#maxSessions) this.#sessions.shift();
    this.#sessions.push({ ...session, owner: known?.owner ?? session.owner, lastSeen: now });
  }

  forget(session: LiveSession): void {
    this.#sessions = this.#sessions.filter((each) => !isSame(each, session));
  }

  forgetRoute(route: string): void {
    this.#sessions = this.#sessions.filter((each) => each.route !== route);
  }

  alive(now: number) {
    return this.#sessions.filter(({ lastSeen }) => lastSeen >= now - TIMEOUT);
  }
}

function isSame(one: LiveSession, other: LiveSession): boolean {
  return one.number === other.number && one.route === other.route;
}

const ROUTES = ['pz1', 'pz2'];
const OWNERS = ['192.0.2.1', '192.0.2.2'];
const sessions = fc.record({
  number: fc.nat(9).map(String),
  route: fc.constantFrom(...ROUTES),
  owner: fc.constantFrom(...OWNERS),
});
const steps = fc.array(
  fc.record({
    step: fc.constantFrom('touch', 'touch', 'touch', 'touch', 'forget', 'forgetRoute'),
    session: sessions,
    pause: fc.oneof(fc.constant(0), fc.nat(40_000)),
  }),
  { maxLength: 80 },
);

describe('the session table', () => {
  test('counts as one that looks at every session each time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), steps, (maxSessions, taken) => {
        const table = new SessionTable(TIMEOUT, maxSessions);
        const naive = new NaiveTable(maxSessions);
        let now = 0;
        for (const { step, session, pause } of taken) {
          now += pause;
          if (step === 'touch') for (const each of [table, naive]) each.touch(session, now);
          else if (step === 'forget') for (const each of [table, naive]) each.forget(session);
          else for (const each of [table, naive]) each.forgetRoute(session.route);
          const alive = naive.alive(now);
          expect(table.size(now)).toBe(alive.length);
          for (const route of ROUTES)
            expect(table.countByRoute(route, now)).toBe(alive.filter((each) => each.route === route).length);
          for (const owner of OWNERS)
            expect(table.countByOwner(owner, now)).toBe(alive.filter((each) => each.owner === owner).length);
        }
      }),
    );
  });

  test('keeps a session that is used, and forgets one that was not for longer than the timeout', () => {
    const table = new SessionTable(TIMEOUT, 10);
    const [used, unused] = ['1', '2'].map((number) => ({ number, route: 'pz1', owner: 'x' }));
    for (const session of [used, unused]) if (session !== undefined) table.touch(session, 0);
    if (used !== undefined) table.touch(used, 30_000);
    expect(table.size(TIMEOUT)).toBe(2);
    expect(table.size(TIMEOUT + 1)).toBe(1);
    expect(table.size(90_001)).toBe(0);
  });

  test('leaves a session with the address that began it, though others use it', () => {
    const table = new SessionTable(TIMEOUT, 10);
    table.touch({ number: '1', route: 'pz1', owner: 'first' }, 0);
    table.touch({ number: '1', route: 'pz1', owner: 'second' }, 1);
    expect([table.countByOwner('first', 1), table.countByOwner('second', 1)]).toEqual([1, 0]);
  });
});

function sessionOf(number: string, route = 'pz1'): LiveSession {
  return { number, route, owner: 'a' };
}

describe('sessions that their member has answered', () => {
  test('are known with the time of the first answer', () => {
    const table = new SessionTable(TIMEOUT, 10);
    table.touch(sessionOf('1'), 0);
    expect(table.servedSince(sessionOf('1'))).toBeUndefined();
    expect([table.served(sessionOf('1'), 5), table.served(sessionOf('1'), 9)]).toEqual([5, 5]);
    expect(table.servedSince(sessionOf('1'))).toBe(5);
    expect(table.served(sessionOf('2'), 5)).toBeUndefined();
  });

  test('are forgotten together when their member lost its memory, but not younger ones, others, or what is only claimed', () => {
    const table = new SessionTable(TIMEOUT, 10);
    for (const [number, route, at] of [
      ['1', 'pz1', 1],
      ['2', 'pz1', 2],
      ['3', 'pz1', 3],
      ['4', 'pz2', 1],
    ] as const) {
      table.touch(sessionOf(number, route), at);
      table.served(sessionOf(number, route), at);
    }
    table.touch(sessionOf('5'), 1);
    expect(table.forgetServedUntil('pz1', 2)).toBe(2);
    expect([table.countByRoute('pz1', 5), table.countByRoute('pz2', 5)]).toEqual([2, 1]);
  });
});
