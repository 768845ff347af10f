import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { TransportFailure } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { FinishedEvent } from '../observability/events.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { Reporter, RequestFacts } from './reporter.ts';
import type { SessionLostError } from './session-route.ts';

/** Where a record is told to, and whose time it measures by. */
export interface RecordKeeper {
  readonly clock: Clock;
  readonly reporter: Reporter;
}

/** A client's request, its reply, and where it came from. */
export interface RecordedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly client: ClientOrigin;
}

/** What one request became, with bytes of the reply's body. */
export interface Outcome {
  readonly verdict: FinishedEvent['verdict'];
  readonly bytesOut: number;
  readonly error?: unknown;
}

/** What is known of one request, for the events about it and for its line in the access log. */
export class RequestRecord {
  readonly #reporter: Reporter;
  readonly #clock: Clock;
  readonly #request: RecordedRequest;
  readonly #startedAt: number;
  /** What is asked, once it was read. */
  command: PazparCommand | undefined;
  /** Bytes of the request's body, where no command knows them. */
  bytesIn = 0;
  #member: Member | undefined;
  #route: string | undefined;
  #attempts = 0;
  #queued = 0;

  constructor({ clock, reporter }: RecordKeeper, request: RecordedRequest) {
    this.#reporter = reporter;
    this.#clock = clock;
    this.#request = request;
    this.#startedAt = clock.monotonic();
  }

  /** A member is asked, or has answered. */
  asks(member: Member): void {
    this.#member = member;
    this.#route = member.route;
  }

  /** Adds what it took to get one outcome from a member: attempts, and milliseconds in queues. */
  add({ attempts = 0, queued = 0 }: { readonly attempts?: number; readonly queued?: number }): void {
    this.#attempts += attempts;
    this.#queued += queued;
  }

  retried(from: Upstream, to: Upstream, failure: TransportFailure): void {
    this.#reporter.emit('retried', () => ({
      command: this.command?.name ?? '',
      from: from.member.route,
      to: to.member.route,
      reason: failure.kind,
    }));
  }

  /** @param what the thing that was not allowed, without its value */
  policyViolated(what: string): void {
    this.#reporter.policyViolated({ what, client: this.#request.client.address, ...this.#facts() });
  }

  /** The client is told that its session is gone; the route counts that its value names. */
  sessionLost(error: SessionLostError): void {
    this.#route = error.route;
    this.#reporter.sessionLost(error.event);
  }

  failed(error: unknown): void {
    this.#reporter.error(error, this.#facts());
  }

  /** The last word on the request. */
  finished({ verdict, bytesOut, error }: Outcome): void {
    const { request, response, client } = this.#request;
    const unknownError = error === undefined ? undefined : 'INTERNAL';
    this.#reporter.emit('finished', () => ({
      method: request.method ?? '',
      httpVersion: request.httpVersion,
      client: client.forwardedFor,
      command: this.command?.name,
      route: this.#route,
      member: this.#member?.settings.url,
      attempts: this.#attempts,
      status: response.headersSent ? response.statusCode : 0,
      bytesIn: this.command?.bodySize ?? this.bytesIn,
      bytesOut,
      duration: this.#clock.monotonic() - this.#startedAt,
      queued: this.#queued,
      verdict,
      error: error instanceof BalancerError ? error.code : unknownError,
    }));
  }

  #facts(): RequestFacts {
    return { command: this.command?.name, route: this.#route };
  }
}
