import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import type { BalancerError, ErrorCode } from '../errors.ts';
import type { FailureWeight } from './failure-weight.ts';
import type { ForwardSettings } from './forward-settings.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { FailedAttempt, NextStep } from './retry-policy.ts';
import type { ReplyHead, TransportFailure, UpstreamRequest } from './transport.ts';
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
  /** How much the last failure says against its member. Left out, each says all. */
  weigh?(attempts: readonly FailedAttempt[]): FailureWeight;
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

/** What a request is forwarded under. */
export interface ForwardContext {
  readonly settings: ForwardSettings;
  readonly clock: Clock;
  /** Monotonic time at which the request is given up. Defaults to `requestTimeout` from now. */
  readonly expiresAt?: number | undefined;
  /** Of the cluster's requests together. Left out, their retries are not limited. */
  readonly budget?: RetryBudget;
}
