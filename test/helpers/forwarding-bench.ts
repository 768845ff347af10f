import { Member } from '../../lib/cluster/member.ts';
import type { MemberSettings } from '../../lib/cluster/member-settings.ts';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { BalancerError, ErrorCode } from '../../lib/errors.ts';
import { Forwarding } from '../../lib/forward/forwarding.ts';
import type {
  CompleteReply,
  ForwardJob,
  ForwardSink,
  RequestVariant,
} from '../../lib/forward/forward-job.ts';
import type { ForwardSettings } from '../../lib/forward/forward-settings.ts';
import { nextStep } from '../../lib/forward/retry-policy.ts';
import type { FailedAttempt, NextStep, RetryTraits } from '../../lib/forward/retry-policy.ts';
import type { ReplyHead, TransportFailure, UpstreamRequest } from '../../lib/forward/transport.ts';
import { Upstream } from '../../lib/forward/upstream.ts';
import { verdict } from '../../lib/forward/verdict.ts';
import { FakeClock } from './fake-clock.ts';
import { memberSettings } from './member-settings.ts';
import { ScriptedTransport } from './scripted-transport.ts';

/** The limits of a cluster that says nothing about them. */
export const DEFAULT_LIMITS: ForwardSettings = checkClusterOptions({
  members: [{ url: 'http://pz1.example', route: 'pz1' }],
}).forward;

/** A way to a member that the test plays. */
export interface PlayedUpstream extends Upstream {
  readonly transport: ScriptedTransport;
}

/** Makes ways to members `pz1`, `pz2`, … */
export function playedUpstream(
  route: string,
  { clock, settings = DEFAULT_LIMITS, changes = {} }: UpstreamOptions,
): PlayedUpstream {
  const transport = new ScriptedTransport();
  const way = { endpoint: { path: '/search.pz2', host: `${route}.example` }, transport };
  const member = new Member(memberSettings(route, changes));
  return Object.assign(new Upstream(member, way, { settings, clock }), { transport });
}

interface UpstreamOptions {
  readonly clock: FakeClock;
  readonly settings?: ForwardSettings;
  readonly changes?: Partial<MemberSettings>;
}

const PING: RetryTraits = {
  name: 'ping',
  creates: false,
  hasSession: true,
  repeatable: true,
  configures: false,
  asksToBlock: false,
};

/** What distinguishes commands here. */
export const TRAITS = {
  ping: PING,
  search: { ...PING, name: 'search', repeatable: false },
  show: { ...PING, name: 'show', asksToBlock: true },
  record: { ...PING, name: 'record' },
  init: { ...PING, name: 'init', creates: true, hasSession: false, repeatable: false },
  'init with settings': {
    ...PING,
    name: 'init',
    creates: true,
    hasSession: false,
    repeatable: false,
    configures: true,
  },
} as const satisfies Record<string, RetryTraits>;

export type CommandName = keyof typeof TRAITS;

/** A request for members that the test plays. */
export class PlayedJob implements ForwardJob {
  readonly traits: RetryTraits;
  hasDeadline = true;
  client = 'client';
  /** What is thrown in place of a composed request. */
  unwritable: Error | undefined;
  /** Bytes up to which replies are held back. */
  held = 0;
  /** Status of a proxy that serves in a member's place. */
  turnedAwayWith: number | undefined;
  readonly #others: readonly Upstream[];

  constructor(command: CommandName, others: readonly Upstream[] = []) {
    this.traits = TRAITS[command];
    this.#others = others;
  }

  nextStep(attempts: readonly FailedAttempt[]): NextStep {
    return nextStep(this.traits, attempts);
  }

  verdict(attempts: readonly FailedAttempt[], last: Member): ErrorCode {
    return verdict({ ...this.traits, direct: last.settings.direct, attempts });
  }

  compose(upstream: Upstream, { withoutBlock, freshConnection }: RequestVariant): UpstreamRequest {
    if (this.unwritable !== undefined) throw this.unwritable;
    const block = this.traits.asksToBlock && !withoutBlock ? '&block=1' : '';
    return {
      method: 'GET',
      target: `${upstream.endpoint.path}?command=${this.traits.name}${block}`,
      headers: [],
      body: undefined,
      connection: freshConnection ? 'fresh' : 'kept',
    };
  }

  blocks(withoutBlock: boolean): boolean {
    return this.traits.asksToBlock && !withoutBlock;
  }

  elsewhere(tried: ReadonlySet<Member>): Upstream | undefined {
    return this.#others.find(({ member }) => !tried.has(member));
  }

  turnsAway(head: ReplyHead): boolean {
    return head.status === this.turnedAwayWith;
  }

  holdBack(): number {
    return this.held;
  }
}

/** Writes down what became of a request. */
export class SinkRecorder implements ForwardSink {
  /** Names of the calls, `retried` aside. */
  readonly calls: string[] = [];
  /** `from -> to: reason` of every further attempt. */
  readonly retries: string[] = [];
  body = '';
  error: BalancerError | undefined;
  route: string | undefined;
  /** What `data` answers. */
  wantsMore = true;

  head(_: ReplyHead, { member }: Upstream): void {
    this.route = member.route;
    this.calls.push('head');
  }

  data(chunk: Buffer): boolean {
    this.body += chunk.toString();
    this.calls.push('data');
    return this.wantsMore;
  }

  end(): void {
    this.calls.push('end');
  }

  complete({ body }: CompleteReply, { member }: Upstream): void {
    this.route = member.route;
    this.body += body.toString();
    this.calls.push('complete');
  }

  refused(error: BalancerError, { member }: Upstream): void {
    this.error = error;
    this.route = member.route;
    this.calls.push('refused');
  }

  broken(error: BalancerError): void {
    this.error = error;
    this.calls.push('broken');
  }

  retried(from: Upstream, to: Upstream, failure: TransportFailure): void {
    this.retries.push(`${from.member.route} -> ${to.member.route}: ${failure.kind}`);
  }
}

/** One request on its way to members that the test plays. */
export interface PlayedForwarding {
  readonly forwarding: Forwarding;
  readonly job: PlayedJob;
  readonly sink: SinkRecorder;
}

/** Members, a clock, and requests to them. */
export class ForwardingBench {
  readonly clock: FakeClock = new FakeClock(0);
  readonly settings: ForwardSettings;
  /** Ways to pz1, pz2, … */
  readonly upstreams: readonly PlayedUpstream[];

  constructor({ members = 1, changes = {}, ...limits }: BenchOptions = {}) {
    const { clock } = this;
    this.settings = { ...DEFAULT_LIMITS, ...limits };
    this.upstreams = Array.from({ length: members }, (_, index) =>
      playedUpstream(`pz${index + 1}`, { clock, settings: this.settings, changes }),
    );
  }

  /** The way to the first member. */
  get first(): PlayedUpstream {
    return this.upstream(1);
  }

  /** The way to `pz<number>`. */
  upstream(number: number): PlayedUpstream {
    const upstream = this.upstreams[number - 1];
    if (upstream === undefined) throw new Error(`there is no pz${number}`);
    return upstream;
  }

  /** The exchange under way with the first member. */
  get exchange(): ScriptedTransport['last'] {
    return this.first.transport.last;
  }

  /** Prepares a request to the first member. */
  prepare(command: CommandName): PlayedForwarding {
    const job = new PlayedJob(command, this.upstreams);
    const sink = new SinkRecorder();
    return { forwarding: new Forwarding(job, sink, this, this.first), job, sink };
  }

  /** Sends a request to the first member. */
  start(command: CommandName): PlayedForwarding {
    const played = this.prepare(command);
    played.forwarding.start();
    return played;
  }

  /** What must be nothing when all requests are over. */
  leftOver(): {
    readonly places: number;
    readonly waiting: number;
    readonly busy: number;
    readonly timers: number;
  } {
    const lanes = this.upstreams.flatMap(({ blocking, quick }) => [blocking, quick]);
    return {
      places: lanes.reduce((sum, { inFlight }) => sum + inFlight, 0),
      waiting: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
      busy: this.upstreams.reduce((sum, { member }) => sum + member.load.busy, 0),
      timers: this.clock.running,
    };
  }
}

interface BenchOptions extends Partial<ForwardSettings> {
  /** How many. Defaults to 1. */
  readonly members?: number;
  /** What their settings differ in. */
  readonly changes?: Partial<MemberSettings>;
}
