import type { IncomingMessage } from 'node:http';
import type { Member } from '../cluster/member.ts';
import type { HttpConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { weighHttpFailure } from '../forward/failure-weight.ts';
import type { FailureWeight } from '../forward/failure-weight.ts';
import type { ForwardJob, RequestVariant } from '../forward/forward-job.ts';
import { nextHttpStep } from '../forward/http-retry-policy.ts';
import { httpVerdict } from '../forward/http-verdict.ts';
import { isIdempotent } from '../forward/idempotent-methods.ts';
import type { RequestUpload } from '../forward/request-upload.ts';
import type { FailedAttempt, NextStep } from '../forward/retry-policy.ts';
import type { TunnelEnd, UpstreamRequest } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import { memberPathFor } from '../protocol/http/member-target.ts';
import { memberRequestHeaders } from '../protocol/http/request-headers.ts';
import type { RequestTarget } from '../protocol/http/request-target.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { HttpPlace } from './http-place.ts';

/** One request to an application, read. */
export interface HttpRequestParts {
  readonly request: IncomingMessage;
  readonly client: ClientOrigin;
  readonly target: RequestTarget;
  /** Name, value, … as the application sees them. */
  readonly headers: readonly string[];
  readonly encrypted: boolean;
  /** Undefined for a request without body. */
  readonly upload: RequestUpload | undefined;
  /** Undefined for a request that does not ask for a WebSocket. */
  readonly tunnel: TunnelEnd | undefined;
}

/** One request to an application as the forwarder needs it. */
export class HttpJob implements ForwardJob {
  readonly hasDeadline = false;
  readonly client: string;
  readonly #parts: ClusterParts;
  readonly #http: HttpConfig;
  readonly #place: HttpPlace;
  readonly #request: HttpRequestParts;

  constructor(parts: ClusterParts, http: HttpConfig, place: HttpPlace, request: HttpRequestParts) {
    this.#parts = parts;
    this.#http = http;
    this.#place = place;
    this.#request = request;
    this.client = request.client.address;
  }

  nextStep(attempts: readonly FailedAttempt[]): NextStep {
    const { request, upload } = this.#request;
    const traits = {
      mayGoElsewhere: this.#place.mayGoElsewhere,
      hasSession: this.#place.hasSession,
      // Of a request whose body the member did not ask for, nothing can have been done.
      idempotent: isIdempotent(request.method ?? '') || upload?.isWithheld === true,
      canReplay: upload?.canReplay ?? true,
    };
    return nextHttpStep(traits, attempts);
  }

  weigh(attempts: readonly FailedAttempt[]): FailureWeight {
    return weighHttpFailure(attempts);
  }

  verdict(attempts: readonly FailedAttempt[]): ErrorCode {
    return httpVerdict(attempts, this.#place.mayGoElsewhere);
  }

  /** @throws BalancerError PATH_UNKNOWN, and REQUEST_AMBIGUOUS for a path that leads out of the cluster's */
  compose({ endpoint }: Upstream, { freshConnection }: RequestVariant): UpstreamRequest {
    const { request, client, target, upload, tunnel } = this.#request;
    const clusterPath = client.mount?.inTarget ?? '';
    const path = memberPathFor(target.path, { clusterPath, memberPath: endpoint.path });
    if (path === undefined) throw new BalancerError('PATH_UNKNOWN', '');
    return {
      method: request.method ?? '',
      target: path + target.query,
      headers: memberRequestHeaders(this.#request.headers, {
        trusted: client.trusted,
        encrypted: this.#request.encrypted,
        forwardedFor: client.forwardedFor,
        memberHost: endpoint.host,
        preserveHost: this.#http.preserveHost,
      }),
      body: undefined,
      connection: freshConnection ? 'fresh' : 'kept',
      upload,
      tunnel,
    };
  }

  blocks(): boolean {
    return false;
  }

  elsewhere(tried: ReadonlySet<Member>): Upstream | undefined {
    const member = this.#place.next(tried);
    return member === undefined ? undefined : this.#parts.upstream(member);
  }

  turnsAway(): boolean {
    return false;
  }

  holdBack(): number {
    return 0;
  }
}
