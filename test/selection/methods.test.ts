import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import type { LoadHandle } from '../../lib/load/load-meter.ts';
import { createSelector, type MethodSettings } from '../../lib/selection/create-selector.ts';
import { chargeSessionHit, elect } from '../../lib/selection/election.ts';
import type { Selector } from '../../lib/selection/selector.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { memberSettings } from '../helpers/member-settings.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

/** Figures count for ten seconds, as they are. */
const FRESH = { maxAge: 10_000, smoothing: 0 };

const METHODS: readonly (readonly [name: string, settings: MethodSettings])[] = [
  ['byrequests', 'byrequests'],
  ['bytraffic', 'bytraffic'],
  ['bybusyness', 'bybusyness'],
  ['bysessions', 'bysessions'],
  ['p2c', 'p2c'],
  ['p2c by latency', { method: 'p2c', measure: 'latency' }],
  ['hash', { method: 'hash', key: 'address' }],
  ['heartbeat', { method: 'heartbeat', fallback: 'byrequests' }],
  ['least', { method: 'least', of: 'load1', choices: 'all', fallback: 'byrequests', ...FRESH }],
  ['least of two', { method: 'least', of: 'load1', choices: 'two', fallback: 'bysessions', ...FRESH }],
  [
    'expression',
    { method: 'expression', of: 'load1 + busy', choices: 'all', fallback: 'byrequests', ...FRESH },
  ],
  ['custom', (candidates) => candidates.at(-1)?.route ?? ''],
];

/** A cluster that lives: members come, go and fail, requests begin and end, time passes. */
class Life {
  readonly cluster: Cluster;
  readonly clock = new FakeClock(0);
  readonly picks: (string | undefined)[] = [];
  /** Choices that must not be. */
  readonly wrong: string[] = [];
  readonly #selector: Selector;
  readonly #running: LoadHandle[] = [];
  readonly #sessions = new Map<Member, number>();
  #added = 0;

  constructor(method: MethodSettings) {
    this.cluster = new Cluster('c', []);
    this.#selector = createSelector(method, {
      clock: this.clock,
      random: { next: seededRandom(1) },
      countSessions: (member) => this.#sessions.get(member) ?? 0,
    });
    this.cluster.onMemberState((member) => this.#selector.refresh?.(member));
  }

  add(loadFactor: number): void {
    this.cluster.add(memberSettings(`pz${(this.#added += 1)}`, { loadFactor }));
  }

  remove(which: number): void {
    const member = this.#member(which);
    if (member === undefined) return;
    this.cluster.remove(member.route);
    this.#selector.forget(member);
  }

  push(which: number, load: number): void {
    const member = this.#member(which);
    if (member === undefined) return;
    const figures: [string, number][] = [
      ['load1', load],
      ['ready', 10 - load],
      ['busy', load],
    ];
    member.figures.update(figures, this.clock.monotonic());
    this.#selector.updated?.(member);
  }

  drain(which: number, to: 'draining' | 'enabled'): void {
    this.#member(which)?.state.setAdministrative(to, 'test');
  }

  fail(which: number): void {
    this.#member(which)?.state.failed(this.clock.monotonic(), 1000);
  }

  hit(which: number): void {
    const member = this.#member(which);
    if (member !== undefined) chargeSessionHit(this.cluster, this.#selector, member);
  }

  choose(key: string): void {
    const now = this.clock.monotonic();
    const member = elect(this.cluster, this.#selector, {
      now,
      except: new Set(),
      hasRoom: () => true,
      slowStart: 500,
      request: { key },
    });
    this.picks.push(member?.route);
    if (member === undefined) return;
    const somebodyIsAwake = this.cluster.members.some(
      ({ state }) => state.takesSessions() && !state.isResting(now),
    );
    if (!member.state.takesSessions()) this.wrong.push(`${member.route} drains`);
    if (somebodyIsAwake && member.state.isResting(now)) this.wrong.push(`${member.route} rests`);
    if (!this.cluster.members.includes(member)) this.wrong.push(`${member.route} is gone`);
    this.#sessions.set(member, (this.#sessions.get(member) ?? 0) + 1);
    this.#running.push(member.load.begin());
  }

  end(which: number): void {
    const [request] = this.#running.splice(which % Math.max(1, this.#running.length), 1);
    request?.received(1000);
    request?.end();
  }

  #member(which: number): Member | undefined {
    return this.cluster.members[which % Math.max(1, this.cluster.members.length)];
  }
}

type Step = (life: Life) => void;

const which = fc.nat(10);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 100 }).map(
      (hundredths): Step =>
        (life) =>
          life.add(hundredths / 10),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (n): Step =>
        (life) =>
          life.remove(n),
    ),
  },
  {
    weight: 1,
    arbitrary: which.map(
      (n): Step =>
        (life) =>
          life.fail(n),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, fc.integer({ min: 0, max: 10 })).map(
      ([n, load]): Step =>
        (life) =>
          life.push(n, load),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(which, fc.constantFrom('draining' as const, 'enabled' as const)).map(
      ([n, to]): Step =>
        (life) =>
          life.drain(n, to),
    ),
  },
  {
    weight: 3,
    arbitrary: which.map(
      (n): Step =>
        (life) =>
          life.hit(n),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.string({ maxLength: 3 }).map(
      (key): Step =>
        (life) =>
          life.choose(key),
    ),
  },
  {
    weight: 3,
    arbitrary: which.map(
      (n): Step =>
        (life) =>
          life.end(n),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 100, 1000, 60_000).map(
      (time): Step =>
        (life) =>
          life.clock.advance(time),
    ),
  },
);

function live(method: MethodSettings, script: readonly Step[]): Life {
  const life = new Life(method);
  for (const step of script) step(life);
  return life;
}

describe.each(METHODS)('%s, whatever happens', (_, method) => {
  test('chooses members of the cluster that may take a session, and somebody whenever there is one', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 120 }), (script) => {
        const life = live(method, script);
        life.choose('key');
        expect(life.wrong).toEqual([]);
        const hasTakers = life.cluster.members.some(({ state }) => state.takesSessions());
        expect(life.picks.at(-1) !== undefined).toBe(hasTakers);
      }),
    );
  });

  test('chooses the same after the same, chance included', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
        expect(live(method, script).picks).toEqual(live(method, script).picks);
      }),
      { numRuns: 30 },
    );
  });
});

describe.each(METHODS.filter(([name]) => !/p2c|hash|custom|two/.test(name)))(
  '%s among equals',
  (_, method) => {
    test('begins with the one that was declared first', () => {
      const life = live(method, [
        ...Array.from({ length: 4 }, (): Step => (one) => one.add(1)),
        (one) => one.choose(''),
      ]);
      expect(life.picks).toEqual(['pz1']);
    });
  },
);
