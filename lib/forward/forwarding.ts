import type { Clock, Timer } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { Attempt } from './attempt.ts';
import type { AttemptListener } from './attempt.ts';
import type { ForwardSettings } from './forward-settings.ts';
import type { Cancellable, Lane } from './lane.ts';
import { type CompleteAnswer, reportAnswer, reportFailure } from './attempt-outcome.ts';
import type { RetryBudget } from './retry-budget.ts';
import { limitStep } from './retry-limits.ts';
import { countsAgainstMember, isUncounted } from './retry-policy.ts';
import type { FailedAttempt, NextStep } from './retry-policy.ts';
import { TransportFailure } from './transport.ts';
import type { ReplyHead, UpstreamRequest } from './transport.ts';
import type { Upstream } from './upstream.ts';

/** A reply that was held back until it was complete. */
export interface CompleteReply {
  readonly head: ReplyHead;
  readonly body: Buffer;
}

/** How an attempt differs from the first one. */
export interface RequestVariant {
  /** A blocked request was cut: ask for what is there. */
  readonly withoutBlock: boolean;
  /** A kept connection turned out to be closed: take a new one. */
  readonly freshConnection: boolean;
}

/** What is to be forwarded, and everything that depends on the protocol. */
export interface ForwardJob {
  /** What to do after a failed attempt. */
  nextStep(attempts: readonly FailedAttempt[]): NextStep;
  /** What the client is told when the attempts are spent. */
  verdict(attempts: readonly FailedAttempt[], last: Member): ErrorCode;
  /** False where the request as a whole may take as long as it likes. */
  readonly hasDeadline: boolean;
  /** Whoever asks: clients are served in turn where requests wait. */
  readonly client: string;
  /** The request for one member. Throws BalancerError when it cannot be written. */
  compose(upstream: Upstream, variant: RequestVariant): UpstreamRequest;
  /** Whether the member may hold its answer back. */
  blocks(withoutBlock: boolean): boolean;
  /** Another member for a request that may go anywhere, undefined when nobody is left. */
  elsewhere(tried: ReadonlySet<Member>): Upstream | undefined;
  /** True for a reply that comes from a proxy in the member's place, so that the request may go elsewhere. */
  turnsAway(head: ReplyHead): boolean;
  /** Bytes up to which this reply is held back until it is complete; 0 lets it stream. */
  holdBack(head: ReplyHead): number;
}

/** Where the outcome goes. Exactly one of `complete`, `end`, `refused` and `broken` is called, as the last. */
export interface ForwardSink {
  /** An interim head (1xx). */
  interim?(head: ReplyHead): void;
  head(head: ReplyHead, upstream: Upstream): void;
  data(chunk: Buffer): boolean;
  end(trailers?: readonly string[]): void;
  /** A reply that was held back. */
  complete(reply: CompleteReply, upstream: Upstream): void;
  /** No attempt was answered; nothing was relayed. */
  refused(error: BalancerError, upstream: Upstream): void;
  /** The reply ended in the middle; part of it was relayed. */
  broken(error: BalancerError, upstream: Upstream): void;
  retried(from: Upstream, to: Upstream, failure: TransportFailure): void;
}

export interface ForwardContext {
  readonly settings: ForwardSettings;
  readonly clock: Clock;
  /** Monotonic time at which the request is given up. Defaults to `requestTimeout` from now. */
  readonly expiresAt?: number | undefined;
  /** Of the cluster's requests together. Left out, their retries are not limited. */
  readonly budget?: RetryBudget;
}

/** Carries one request through its attempts: waits for a place, tries, asks the retry policy, and ends with a reply or a verdict. */
export class Forwarding implements AttemptListener {
  readonly #job: ForwardJob;
  readonly #sink: ForwardSink;
  readonly #context: ForwardContext;
  readonly #failures: FailedAttempt[] = [];
  readonly #tried = new Set<Member>();
  readonly #deadline: Timer | undefined;
  #upstream: Upstream;
  #lane: Lane | undefined;
  #waiting: Cancellable | undefined;
  #attempt: Attempt | undefined;
  #heldBack:
    | { readonly head: ReplyHead; readonly limit: number; readonly chunks: Buffer[]; size: number }
    | undefined;
  /** Counts once the reply is complete. */
  #answer: CompleteAnswer | undefined;
  #relayed = false;
  #withoutBlock = false;
  #freshConnection = false;
  #over = false;
  #queued = 0;

  constructor(job: ForwardJob, sink: ForwardSink, context: ForwardContext, first: Upstream) {
    this.#job = job;
    this.#sink = sink;
    this.#context = context;
    this.#upstream = first;
    context.budget?.countRequest();
    if (!job.hasDeadline) return;
    const { clock, settings, expiresAt } = context;
    const timeLeft = expiresAt === undefined ? settings.requestTimeout : expiresAt - clock.monotonic();
    this.#deadline = clock.setTimeout(() => this.#expire(), Math.max(0, timeLeft));
  }

  /** Attempts made so far. */
  get attempts(): number {
    return this.#failures.length + (this.#attempt === undefined ? 0 : 1);
  }

  /** Milliseconds spent in queues. */
  get queued(): number {
    return this.#queued;
  }

  start(): void {
    const lane = this.#upstream.lane(this.#job.blocks(this.#withoutBlock));
    if (lane.enter()) this.#try(lane);
    else this.#wait(lane);
  }

  /** The client is gone: frees everything at once. */
  abort(): void {
    if (this.#over) return;
    this.#finish();
    this.#attempt?.abort();
  }

  /** Goes on after the sink's `data` answered false. */
  resume(): void {
    this.#attempt?.resume();
  }

  interim(head: ReplyHead): void {
    this.#sink.interim?.(head);
  }

  head(head: ReplyHead): void {
    if (this.#job.turnsAway(head)) {
      this.#attempt?.abort();
      this.failed(new TransportFailure('turned-away', { sent: true, received: true, reused: false }));
      return;
    }
    this.#answer = { status: head.status, latency: this.#latency() };
    const limit = this.#job.holdBack(head);
    if (limit > 0) {
      this.#heldBack = { head, limit, chunks: [], size: 0 };
      return;
    }
    this.#relay(head);
  }

  data(chunk: Buffer): boolean {
    const held = this.#heldBack;
    if (held === undefined) return this.#sink.data(chunk);
    held.chunks.push(chunk);
    held.size += chunk.length;
    if (held.size <= held.limit) return true;
    this.#heldBack = undefined;
    this.#relay(held.head);
    return this.#sink.data(Buffer.concat(held.chunks));
  }

  end(trailers?: readonly string[]): void {
    const held = this.#heldBack;
    if (this.#answer !== undefined) reportAnswer(this.#upstream.member, this.#answer, this.#context);
    this.#finish();
    if (held === undefined) this.#sink.end(trailers);
    else this.#sink.complete({ head: held.head, body: Buffer.concat(held.chunks) }, this.#upstream);
  }

  failed(failure: TransportFailure): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#heldBack = undefined;
    this.#leaveLane();
    this.#record(failure, attempt);
    if (this.#relayed) this.#end(this.#verdict(failure));
    else this.#goOn(failure);
  }

  #goOn(failure: TransportFailure): void {
    const step = this.#limited(this.#job.nextStep(this.#failures));
    if (step.do === 'elsewhere') {
      const next = this.#job.elsewhere(this.#tried);
      if (next !== undefined) {
        this.#sink.retried(this.#upstream, next, failure);
        this.#upstream = next;
        this.start();
        return;
      }
    }
    if (step.do !== 'again') {
      this.#end(this.#verdict(failure));
      return;
    }
    this.#withoutBlock ||= step.withoutBlock;
    this.#freshConnection = true;
    this.#sink.retried(this.#upstream, this.#upstream, failure);
    if (step.pause) this.#pause();
    else this.start();
  }

  #pause(): void {
    const { clock, settings } = this.#context;
    this.#waiting = clock.setTimeout(() => {
      this.#waiting = undefined;
      this.start();
    }, settings.retryPause);
  }

  #try(lane: Lane): void {
    this.#lane = lane;
    this.#tried.add(this.#upstream.member);
    try {
      const request = this.#job.compose(this.#upstream, {
        withoutBlock: this.#withoutBlock,
        freshConnection: this.#freshConnection,
      });
      this.#attempt = new Attempt(this.#upstream, request, {
        listener: this,
        ...this.#context,
        blocks: this.#job.blocks(this.#withoutBlock),
      });
    } catch (error) {
      this.#end(error instanceof BalancerError ? error : new BalancerError('INTERNAL', '', { cause: error }));
    }
  }

  #wait(lane: Lane): void {
    if (lane.isFull) {
      this.#end(new BalancerError('MEMBER_FULL', 'too many requests wait for it'));
      return;
    }
    const { clock, settings } = this.#context;
    const since = clock.monotonic();
    this.#waiting = lane.wait(
      settings.queueTimeout,
      (outcome) => {
        this.#waiting = undefined;
        this.#queued += clock.monotonic() - since;
        if (outcome === 'entered') this.#try(lane);
        else this.#end(new BalancerError('QUEUE_TIMEOUT', 'no place became free in time'));
      },
      this.#job.client,
    );
  }

  #relay(head: ReplyHead): void {
    this.#relayed = true;
    this.#sink.head(head, this.#upstream);
  }

  #record(failure: TransportFailure, attempt: Attempt | undefined): void {
    const now = this.#context.clock.monotonic();
    const failed: FailedAttempt = {
      route: this.#upstream.member.route,
      kind: failure.kind,
      sent: failure.sent,
      received: failure.received,
      reused: failure.reused,
      duration: attempt === undefined ? 0 : now - attempt.startedAt,
    };
    this.#failures.push(failed);
    if (countsAgainstMember(failed, this.#job.blocks(this.#withoutBlock)))
      reportFailure(this.#upstream.member, failed, this.#context);
  }

  /** Within what the operator allows. */
  #limited(step: NextStep): NextStep {
    const { settings, budget } = this.#context;
    const withinBudget = budget?.allows(settings.retryBudget) ?? true;
    const allowed = limitStep(step, this.#failures, { maxAttempts: settings.maxAttempts, withinBudget });
    const last = this.#failures.at(-1);
    if (allowed.do !== 'give-up' && last !== undefined && !isUncounted(last)) budget?.countRetry();
    return allowed;
  }

  #latency(): number | undefined {
    const attempt = this.#attempt;
    if (attempt === undefined || this.#job.blocks(this.#withoutBlock)) return undefined;
    return this.#context.clock.monotonic() - attempt.startedAt;
  }

  #verdict(failure: TransportFailure): BalancerError {
    const code = this.#job.verdict(this.#failures, this.#upstream.member);
    return new BalancerError(code, '', { cause: failure });
  }

  #expire(): void {
    this.#attempt?.abort();
    this.#end(new BalancerError('REQUEST_TIMEOUT', ''));
  }

  #end(error: BalancerError): void {
    this.#finish();
    if (this.#relayed) this.#sink.broken(error, this.#upstream);
    else this.#sink.refused(error, this.#upstream);
  }

  #finish(): void {
    this.#over = true;
    this.#deadline?.cancel();
    this.#waiting?.cancel();
    this.#leaveLane();
  }

  #leaveLane(): void {
    const lane = this.#lane;
    this.#lane = undefined;
    lane?.leave();
  }
}
