import { isDeepStrictEqual } from 'node:util';
import type { Clock, Random } from '../clock.ts';
import { Cluster } from '../cluster/cluster.ts';
import { eligible, type Eligibility } from '../cluster/eligibility.ts';
import type { Member } from '../cluster/member.ts';
import type { ClusterConfig } from '../config/config.ts';
import { DEFAULT_PATH, parseMemberUrl } from '../forward/member-url.ts';
import type { ForwardContext } from '../forward/forward-job.ts';
import { RetryBudget } from '../forward/retry-budget.ts';
import type { Transport } from '../forward/transport.ts';
import { Upstream } from '../forward/upstream.ts';
import { createSelector } from '../selection/create-selector.ts';
import { chargeSessionHit, elect } from '../selection/election.ts';
import type { Selector } from '../selection/selector.ts';
import { RecentNumbers } from '../session/recent-numbers.ts';
import { SessionTable } from '../session/session-table.ts';
import { FarmState } from '../statistics/farm-state.ts';
import { FreshnessWatch } from '../statistics/freshness-watch.ts';
import { Admission } from './admission.ts';
import { InitQueue } from './init-queue.ts';
import { MemberMemory } from './member-memory.ts';
import { PanicWatch } from './panic-watch.ts';
import type { Reporter } from './reporter.ts';
import { StandIns } from './stand-ins.ts';

/** What is wished for a new session. */
export interface InitWishes {
  /** What the method `hash` chooses by. */
  readonly key: string;
  /** Who gets it if that is possible. */
  readonly preferred?: Member | undefined;
}

export type CreateTransport = (member: Member, config: ClusterConfig) => Transport;

/** What the parts of a cluster stand in. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly reporter: Reporter;
  readonly createTransport: CreateTransport;
}

// About 60 MB when full; who is forgotten is only not counted.
const MAX_SESSIONS = 200_000;
const NOBODY: ReadonlySet<Member> = new Set();

/** The live parts of one cluster, wired: its members, the ways to them, the method, the numbers they gave, the queue for new sessions. */
export class ClusterParts {
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly cluster: Cluster;
  readonly initQueue: InitQueue;
  /** Live sessions, to be counted; routing does without. */
  readonly sessions: SessionTable;
  /** What is set by hand for the cluster as a whole. */
  readonly farmState: FarmState;
  /** The servers of alternative URLs, for requests that are forwarded there. */
  readonly standIns: StandIns = new StandIns((member) => void this.replaceWay(member));
  /** What members remember of them. */
  readonly memory: MemberMemory;
  #config: ClusterConfig;
  #admission: Admission;
  #selector: Selector;
  readonly #random: Random;
  readonly #retryBudget: RetryBudget;
  readonly #createTransport: CreateTransport;
  readonly #upstreams = new Map<Member, Upstream>();
  readonly #freshness: FreshnessWatch;
  readonly #numbers = new WeakMap<Member, RecentNumbers>();

  constructor(config: ClusterConfig, { clock, random, reporter, createTransport }: Surroundings) {
    this.clock = clock;
    this.reporter = reporter;
    this.farmState = new FarmState((change) =>
      reporter.clusterState({ ...change, reason: 'set at the statistics engine' }),
    );
    this.#config = config;
    this.#admission = new Admission(config, clock);
    this.#random = random;
    this.#selector = this.#makeSelector();
    this.sessions = new SessionTable(config.sessionTimeout, MAX_SESSIONS);
    this.memory = new MemberMemory(this);
    this.#retryBudget = new RetryBudget(clock);
    this.#createTransport = createTransport;
    this.cluster = new Cluster(config.name, config.members, { initsPerSecond: config.forward.maxInitRate });
    this.initQueue = new InitQueue(config.forward.maxQueue, clock);
    this.#freshness = new FreshnessWatch(this.cluster, config.freshness, clock);
    const panic = new PanicWatch(this.cluster, reporter);
    this.cluster.onMemberState((member, change) => {
      this.#selector.refresh?.(member);
      reporter.memberState(member, change);
      panic.look();
    });
    this.cluster.onMembership(() => panic.look());
  }

  get config(): ClusterConfig {
    return this.#config;
  }

  /** The method by which members are chosen, with its books. */
  get selector(): Selector {
    return this.#selector;
  }

  /** Who may come, and how much they may take. */
  get admission(): Admission {
    return this.#admission;
  }

  /** Where new sessions are sent when nobody can take them; undefined where they are refused. */
  get alternative(): string | undefined {
    return this.farmState.forward ?? this.#config.alternative;
  }

  /** The way to a member, made when it is first needed. */
  upstream(member: Member): Upstream {
    return this.#upstreams.get(member) ?? this.#connect(member);
  }

  /** Chooses the member for a new session and takes one of its places for `init`. Undefined when nobody has room or may take it. */
  electForInit(except: ReadonlySet<Member>, wishes: InitWishes): Member | undefined {
    const { preferred } = wishes;
    const member = this.#elect(except, wishes);
    if (member === undefined) return undefined;
    member.initRate.take(this.clock.monotonic());
    this.#reportDecision(member, preferred);
    const by = preferred === member ? 'decision' : 'method';
    this.reporter.emit('elected', () => ({ route: member.route, command: 'init', by }));
    return member;
  }

  /** Chooses the member for a request to an application, one with room if there is any. */
  electForRequest(method: string, except: ReadonlySet<Member>, wishes: InitWishes): Member | undefined {
    const now = this.clock.monotonic();
    const withRoom = (member: Member): boolean => this.upstream(member).quick.hasRoom;
    const member =
      this.#electAmong(except, wishes, { now, hasRoom: withRoom }) ??
      this.#electAmong(except, wishes, { now, hasRoom: () => true });
    if (member === undefined) return undefined;
    this.#reportDecision(member, wishes.preferred);
    const by = wishes.preferred === member ? 'decision' : 'method';
    this.reporter.emit('elected', () => ({ route: member.route, command: method, by }));
    return member;
  }

  /** Chooses the member for somebody who asks where to go, and goes there without us. */
  electForQuery(): Member | undefined {
    const member = this.#elect(NOBODY, { key: '' });
    if (member === undefined) return undefined;
    this.reporter.emit('elected', () => ({ route: member.route, command: 'balance', by: 'method' }));
    return member;
  }

  /** The server of this member was heard of: it is fresh, and its figures may have changed. */
  updated(member: Member, age: number): void {
    this.#freshness.updated(member, age);
    this.#selector.updated?.(member);
  }

  /** Members, or all of them, are expected to push within other times than before. */
  expectUpdates(): void {
    this.#freshness.reconfigure(this.#config.freshness);
  }

  #elect(except: ReadonlySet<Member>, wishes: InitWishes): Member | undefined {
    const now = this.clock.monotonic();
    const hasRoom = (member: Member): boolean =>
      member.initRate.admits(now) && this.upstream(member).quick.hasRoom;
    return this.#electAmong(except, wishes, { now, hasRoom });
  }

  #electAmong(
    except: ReadonlySet<Member>,
    { key, preferred }: InitWishes,
    { now, hasRoom }: Pick<Eligibility, 'now' | 'hasRoom'>,
  ): Member | undefined {
    if (!this.farmState.takesWork) return undefined;
    const { slowStart, forward } = this.#config;
    const { forceRecovery } = forward;
    const election = { now, except, hasRoom, slowStart, forceRecovery, request: { key }, preferred };
    return elect(this.cluster, this.#selector, election);
  }

  #reportDecision(member: Member, preferred: Member | undefined): void {
    if (preferred === member) this.reporter.decisionFollowed();
    else if (preferred !== undefined) this.reporter.decisionIgnored('member takes no new sessions');
  }

  /** What a request is forwarded under. @param expiresAt monotonic time at which it is given up */
  forwardContext(expiresAt: number | undefined): ForwardContext {
    return { settings: this.#config.forward, clock: this.clock, expiresAt, budget: this.#retryBudget };
  }

  /** True when waiting for room makes sense: somebody takes new sessions, only not now. */
  someoneTakesInits(): boolean {
    const now = this.clock.monotonic();
    if (!this.farmState.takesWork) return false;
    const { forceRecovery } = this.#config.forward;
    const anybody = { now, except: NOBODY, hasRoom: () => true, forceRecovery };
    return eligible(this.cluster.members, anybody).length > 0;
  }

  /** Books a request that goes to its session's member. */
  chargeSession(member: Member, command: string): void {
    chargeSessionHit(this.cluster, this.selector, member);
    this.reporter.emit('elected', () => ({ route: member.route, command, by: 'session' }));
  }

  /** True when two users may hold this number, so that nobody is served with it. */
  isWithdrawn(member: Member, number: string): boolean {
    return this.#numbers.get(member)?.isWithdrawn(number, this.clock.monotonic()) ?? false;
  }

  /** Books a number that a member gave; true when it was given before and must not be handed out. */
  isRepeated(member: Member, number: string): boolean {
    let numbers = this.#numbers.get(member);
    if (numbers === undefined) this.#numbers.set(member, (numbers = new RecentNumbers()));
    if (numbers.record(number, this.clock.monotonic()) === 'new') return false;
    this.reporter.warn({
      code: 'NUMBER_REPEATED',
      route: member.route,
      message: `member ${member.route} gave a session number twice; it is withdrawn and a new session is asked for`,
    });
    return true;
  }

  /** Members come and go at run time; ways to those that are gone close when their last request has ended. */
  async disconnect(member: Member): Promise<void> {
    this.selector.forget(member);
    this.sessions.forgetRoute(member.route);
    await this.replaceWay(member);
  }

  /** Takes new limits for requests that start from now on. Ways to members stay unless their own settings changed. */
  reconfigure(config: ClusterConfig): void {
    const waysChanged =
      JSON.stringify(config.forward) !== JSON.stringify(this.#config.forward) ||
      (config.http === undefined) !== (this.#config.http === undefined);
    const methodChanged = !isDeepStrictEqual(config.lbMethod, this.#config.lbMethod);
    this.#config = config;
    this.#admission = this.#admission.under(config);
    if (methodChanged) this.#selector = this.#makeSelector();
    this.cluster.limitInits(config.forward.maxInitRate);
    this.initQueue.limit = config.forward.maxQueue;
    this.expectUpdates();
    if (!waysChanged) return;
    for (const member of this.cluster.members) void this.replaceWay(member);
  }

  /** Lets running requests end on the old way to a member; new ones take a new way. */
  async replaceWay(member: Member): Promise<void> {
    const upstream = this.#upstreams.get(member);
    this.#upstreams.delete(member);
    await upstream?.transport.close();
  }

  async close(): Promise<void> {
    this.#freshness.stop();
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.transport.close()));
  }

  #makeSelector(): Selector {
    return createSelector(this.#config.lbMethod, {
      clock: this.clock,
      random: this.#random,
      countSessions: (member) => this.sessions.countByRoute(member.route, this.clock.monotonic()),
    });
  }

  #connect(member: Member): Upstream {
    const { origin, path } = parseMemberUrl(
      member.settings.url,
      this.#config.http === undefined ? DEFAULT_PATH : '',
    );
    const way = {
      endpoint: { path, host: origin.host },
      transport: this.#createTransport(member, this.#config),
    };
    const upstream = new Upstream(member, way, { settings: this.#config.forward, clock: this.clock });
    this.#upstreams.set(member, upstream);
    return upstream;
  }
}
