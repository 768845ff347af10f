import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { CompleteReply, ForwardJob, ForwardSink } from '../forward/forward-job.ts';
import { Forwarding } from '../forward/forwarding.ts';
import type { ReplyHead, TransportFailure } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { FinishedEvent } from '../observability/events.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { redirectTo } from './redirect.ts';
import { ReplyRelay } from './reply-relay.ts';
import { checkFraming } from './request-framing.ts';
import { RequestRecord } from './request-record.ts';
import { SentElsewhere } from './sent-elsewhere.ts';

/** One client's request and its reply, from the first check to the last byte: what is the same for every protocol. */
export abstract class ClientExchange implements ForwardSink {
  protected readonly parts: ClusterParts;
  protected readonly request: IncomingMessage;
  protected readonly response: ServerResponse;
  protected readonly relay: ReplyRelay;
  protected readonly client: ClientOrigin;
  protected readonly record: RequestRecord;
  #forwarding: Forwarding | undefined;
  #over = false;

  constructor(parts: ClusterParts, request: IncomingMessage, response: ServerResponse, client: ClientOrigin) {
    this.parts = parts;
    this.request = request;
    this.response = response;
    this.relay = new ReplyRelay(request, response, {
      clock: parts.clock,
      sendTimeout: parts.config.forward.sendTimeout,
      resume: () => this.#forwarding?.resume(),
    });
    this.client = client;
    this.record = new RequestRecord(parts, { request, response, client });
  }

  /** Reads the request and forwards or answers it. May throw. */
  protected abstract begin(): void;

  /** Answers with an error, in the form that clients of the protocol read. Returns the body's size. */
  protected abstract respondWithError(error: unknown): number;

  protected get isOver(): boolean {
    return this.#over;
  }

  /** Answers the request, whatever becomes of it. Never throws. */
  run(): void {
    if (this.response.closed) {
      this.giveUp();
      return;
    }
    this.response.on('close', () => this.giveUp());
    this.guard(() => {
      checkFraming(this.request);
      this.begin();
    });
  }

  /** @param expiresAt monotonic time at which the request is given up; left out where it may take as long as it likes */
  protected forward(job: ForwardJob, member: Member, expiresAt?: number): void {
    this.record.asks(member);
    const context = this.parts.forwardContext(expiresAt);
    this.#forwarding = new Forwarding(job, this, context, this.parts.upstream(member));
    this.#forwarding.start();
  }

  head(head: ReplyHead, upstream: Upstream): void {
    this.record.asks(upstream.member);
    this.relay.head(head);
  }

  data(chunk: Buffer): boolean {
    if (!this.relay.isTaken) return this.relay.data(chunk);
    this.giveUp();
    return true;
  }

  end(trailers?: readonly string[]): void {
    if (this.relay.isTaken) return this.giveUp();
    this.relay.end(trailers);
    return this.finished('answered');
  }

  complete(reply: CompleteReply, upstream: Upstream): void {
    this.record.asks(upstream.member);
    this.relay.complete(reply);
    this.finished('answered');
  }

  refused(error: BalancerError, upstream: Upstream): void {
    this.record.asks(upstream.member);
    this.fail(error);
  }

  /** Before anything reached the client this is an error like any other. */
  broken(error: BalancerError): void {
    this.fail(error);
  }

  retried(from: Upstream, to: Upstream, failure: TransportFailure): void {
    this.record.retried(from, to, failure);
  }

  protected guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.fail(error);
    }
  }

  protected fail(error: unknown): void {
    if (this.#over) return;
    if (this.relay.isTaken) return this.giveUp();
    this.#forwarding?.abort();
    this.record.failed(error);
    if (this.#isSentElsewhere(error)) return this.finished('answered', error);
    if (this.response.headersSent) {
      this.relay.destroy();
      return this.finished('aborted', error);
    }
    this.relay.bytes += this.respondWithError(error);
    const refused = error instanceof BalancerError && error.status < 500;
    return this.finished(refused ? 'refused' : 'failed', error);
  }

  /** The client is gone, or somebody else has answered it. */
  protected giveUp(): void {
    if (this.#over) return;
    this.#forwarding?.abort();
    this.finished('aborted');
  }

  protected finished(verdict: FinishedEvent['verdict'], error?: unknown): void {
    this.#over = true;
    this.forwardingOver();
    this.record.finished({ verdict, bytesOut: this.relay.bytes, error });
  }

  protected forwardingOver(): void {
    if (this.#forwarding !== undefined) this.record.add(this.#forwarding);
    this.#forwarding = undefined;
  }

  /** Nobody can take a new session, or the member of a session is off, but the configuration or an operator names another place. */
  #isSentElsewhere(error: unknown): boolean {
    const alternative = error instanceof SentElsewhere ? error.url : this.parts.alternative;
    const isNobodyThere = error instanceof BalancerError && error.code === 'NO_MEMBER_AVAILABLE';
    if (alternative === undefined || !isNobodyThere || this.response.headersSent) return false;
    redirectTo(alternative, this.request.url ?? '', this.response);
    return true;
  }
}
