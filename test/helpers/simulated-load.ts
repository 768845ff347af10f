import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import type { MemberSettings } from '../../lib/cluster/member-settings.ts';
import { createSelector, type MethodSettings } from '../../lib/selection/create-selector.ts';
import { chargeSessionHit, elect } from '../../lib/selection/election.ts';
import type { Selector } from '../../lib/selection/selector.ts';
import { SessionTable } from '../../lib/session/session-table.ts';
import { memberSettings } from './member-settings.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualTime } from './virtual-time.ts';

/** What users do, in milliseconds and bytes. Times between and of requests are exponential, so sometimes far from their mean. */
export interface Habits {
  /** Mean time between two users who come. */
  readonly every: number;
  /** How long a user stays; 0 for one request without a session. */
  readonly stays: number;
  /** Mean time between two requests of one user. */
  readonly asksEvery: number;
  /** Mean time that a member takes to answer. */
  readonly answersIn: number;
  /** Mean size of a reply. */
  readonly bytes: number;
}

/** What members got in a stretch of time, in the order of their declaration. */
export interface Shares {
  /** Users whose first request they got. */
  readonly elections: number[];
  readonly requests: number[];
  readonly bytes: number[];
  /** Mean of the requests in flight. */
  readonly inFlight: number[];
  /** Mean of the live sessions. */
  readonly sessions: number[];
}

const SAMPLE_EVERY = 500;

/** Members that answer and users who come, search, and leave, all on a virtual clock: what a method makes of hours, in a second. */
export class SimulatedLoad {
  readonly time: VirtualTime = new VirtualTime();
  readonly cluster: Cluster;
  readonly #selector: Selector;
  readonly #habits: Habits;
  readonly #slowStart: number;
  readonly #random: () => number;
  readonly #sessions = new SessionTable(10_000, 1_000_000);
  readonly #elections = new Map<Member, number>();
  readonly #samples = new Map<Member, { inFlight: number; sessions: number }>();
  readonly #slowness = new Map<string, number>();
  #numberOfSamples = 0;
  #lastNumber = 0;

  constructor(
    method: MethodSettings,
    members: readonly Partial<MemberSettings>[],
    options: SimulationOptions,
  ) {
    const { habits, seed, slowStart = 0 } = options;
    this.#habits = habits;
    this.#slowStart = slowStart;
    this.#random = seededRandom(seed);
    this.cluster = new Cluster(
      'c',
      members.map((settings, index) => memberSettings(`pz${index + 1}`, settings)),
    );
    this.#selector = createSelector(method, {
      clock: this.time,
      random: { next: this.#random },
      countSessions: (member) => this.#sessions.countByRoute(member.route, this.time.monotonic()),
    });
    this.#nextUser();
    this.#sample();
  }

  /** A member answers so many times slower than the others. */
  slow(route: string, factor: number): void {
    this.#slowness.set(route, factor);
  }

  /** What members get in so many milliseconds from now. */
  run(milliseconds: number): Shares {
    const before = this.cluster.members.map((member) => ({ ...member.load.snapshot() }));
    const electionsBefore = this.cluster.members.map((member) => this.#elections.get(member) ?? 0);
    this.#samples.clear();
    this.#numberOfSamples = 0;
    this.time.runUntil(this.time.monotonic() + milliseconds);
    const { members } = this.cluster;
    return {
      elections: members.map(
        (member, index) => (this.#elections.get(member) ?? 0) - (electionsBefore[index] ?? 0),
      ),
      requests: members.map(({ load }, index) => load.requests - (before[index]?.requests ?? 0)),
      bytes: members.map(({ load }, index) => load.bytesReceived - (before[index]?.bytesReceived ?? 0)),
      inFlight: members.map((member) => (this.#samples.get(member)?.inFlight ?? 0) / this.#numberOfSamples),
      sessions: members.map((member) => (this.#samples.get(member)?.sessions ?? 0) / this.#numberOfSamples),
    };
  }

  #nextUser(): void {
    this.time.setTimeout(() => {
      this.#come();
      this.#nextUser();
    }, this.#about(this.#habits.every));
  }

  #come(): void {
    const now = this.time.monotonic();
    const key = `user ${(this.#lastNumber += 1)}`;
    const member = elect(this.cluster, this.#selector, {
      now,
      except: new Set(),
      hasRoom: () => true,
      slowStart: this.#slowStart,
      request: { key },
    });
    if (member === undefined) return;
    this.#elections.set(member, (this.#elections.get(member) ?? 0) + 1);
    this.#request(member);
    if (this.#habits.stays === 0) return;
    const session = { number: key, route: member.route, owner: '' };
    this.#sessions.touch(session, now);
    this.#goOn(member, session, now + this.#habits.stays * (0.5 + this.#random()));
  }

  #goOn(member: Member, session: { number: string; route: string; owner: string }, end: number): void {
    this.time.setTimeout(() => {
      const now = this.time.monotonic();
      if (now > end) {
        this.#sessions.forget(session);
        return;
      }
      this.#sessions.touch(session, now);
      chargeSessionHit(this.cluster, this.#selector, member);
      this.#request(member);
      this.#goOn(member, session, end);
    }, this.#about(this.#habits.asksEvery));
  }

  #request(member: Member): void {
    const attempt = member.load.begin();
    const bytes = Math.ceil(this.#about(this.#habits.bytes));
    const latency = this.#about(this.#habits.answersIn) * (this.#slowness.get(member.route) ?? 1);
    this.time.setTimeout(() => {
      member.load.observeLatency(latency, this.time.monotonic());
      attempt.received(bytes);
      attempt.end();
    }, latency);
  }

  #sample(): void {
    this.time.setTimeout(() => {
      this.#numberOfSamples += 1;
      for (const member of this.cluster.members) {
        const sum = this.#samples.get(member) ?? { inFlight: 0, sessions: 0 };
        sum.inFlight += member.load.busy;
        sum.sessions += this.#sessions.countByRoute(member.route, this.time.monotonic());
        this.#samples.set(member, sum);
      }
      this.#sample();
    }, SAMPLE_EVERY);
  }

  #about(mean: number): number {
    return -mean * Math.log(1 - this.#random());
  }
}

interface SimulationOptions {
  readonly habits: Habits;
  readonly seed: number;
  /** Milliseconds. */
  readonly slowStart?: number;
}
