import type { Timer } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import { Attempt } from './attempt.ts';
import type { AttemptListener } from './attempt.ts';
import type { ForwardContext, ForwardJob, ForwardSink } from './forward-job.ts';
import type { Cancellable, Lane } from './lane.ts';
import { type CompleteAnswer, reportAnswer, reportFailure } from './attempt-outcome.ts';
import { limitStep } from './retry-limits.ts';
import { countsAgainstMember, isUncounted } from './retry-policy.ts';
import type { FailedAttempt, NextStep } from './retry-policy.ts';
import { TransportFailure } from './transport.ts';
import type { ReplyHead } from './transport.ts';
import type { Upstream } from './upstream.ts';

/** Carries one request through its attempts: waits for a place, tries, asks the retry policy, and ends with a reply or a verdict. */
export class Forwarding implements AttemptListener {
  readonly #job: ForwardJob;
  readonly #sink: ForwardSink;
  readonly #context: ForwardContext;
  readonly #failures: FailedAttempt[] = [];
  readonly #deadline: Timer | undefined;
  /** Who has failed; made when somebody does. */
  #tried: Set<Member> | undefined;
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
    this.#answer = { result: 'answered', status: head.status, latency: this.#latency() };
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
      this.#tried ??= new Set();
      const next = this.#job.elsewhere(this.#tried.add(this.#upstream.member));
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
    try {
      const request = this.#job.compose(this.#upstream, {
        withoutBlock: this.#withoutBlock,
        freshConnection: this.#freshConnection,
      });
      this.#attempt = new Attempt(this.#upstream, request, {
        listener: this,
        settings: this.#context.settings,
        clock: this.#context.clock,
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
    if (!countsAgainstMember(failed, this.#job.blocks(this.#withoutBlock))) return;
    const weight = this.#job.weigh?.(this.#failures) ?? 'full';
    reportFailure(this.#upstream.member, failed, weight, this.#context);
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
