import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterWaitingEvents } from '../clock.ts';
import type { HttpConfig } from '../config/config.ts';
import { BalancerError } from '../errors.ts';
import { isNamed } from '../forward/header-name.ts';
import { announcesBody } from '../forward/request-body.ts';
import type { MaybeParsedRequest } from '../forward/request-body.ts';
import { RequestUpload } from '../forward/request-upload.ts';
import type { ReplyHead } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { FinishedEvent } from '../observability/events.ts';
import { headerTokens } from '../protocol/http/headers.ts';
import { checkHost } from '../protocol/http/host-header.ts';
import { clientReplyHeaders } from '../protocol/http/reply-headers.ts';
import { parseRequestTarget } from '../protocol/http/request-target.ts';
import { publicOrigin } from '../protocol/http/forwarded-headers.ts';
import { passedTrailers } from '../protocol/http/trailers.ts';
import { withoutCookie } from '../sticky/without-cookie.ts';
import { ClientExchange } from './client-exchange.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { respondWithProblem } from './error-response.ts';
import { findTie } from './find-tie.ts';
import { HttpJob } from './http-job.ts';
import { HttpPlace } from './http-place.ts';
import { writeInterimHead } from './interim-head.ts';
import { ReplyPlace } from './reply-place.ts';
import { seenHeaders } from './seen-headers.ts';
import type { Tie } from './stickiness.ts';
import { UpgradeResponse } from './upgrade-response.ts';
import { isWebSocketRequest } from './websocket-request.ts';

// Switching Protocols (RFC 9110, 15.2.2).
const SWITCHED = 101;

/** A client's request to an application. */
export interface HttpClientRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly client: ClientOrigin;
}

/** One request to any web application and its reply. */
export class HttpExchange extends ClientExchange {
  readonly #http: HttpConfig;
  /** For a request that asks for a WebSocket. */
  readonly #upgrade: UpgradeResponse | undefined;
  readonly #headers: readonly string[];
  #upload: RequestUpload | undefined;
  #tie: Tie | undefined;

  constructor(parts: ClusterParts, http: HttpConfig, { request, response, client }: HttpClientRequest) {
    super(parts, request, response, client);
    this.#http = http;
    this.#upgrade = response instanceof UpgradeResponse ? response : undefined;
    this.#headers = seenHeaders(request);
  }

  protected override begin(): void {
    const { request, client, parts } = this;
    if (request.method === 'TRACE') throw new BalancerError('METHOD_NOT_ALLOWED', 'TRACE is not forwarded');
    parts.admission.entrances.rulesFor(request, client, (what) => this.record.policyViolated(what));
    checkHost(request.headers.host);
    const target = parseRequestTarget(request.url ?? '');
    this.#tie = findTie(parts, { request, client, target: target.path + target.query });
    this.#upload = this.#makeUpload();
    const tunnel = isWebSocketRequest(request) ? this.#upgrade : undefined;
    const place = new HttpPlace(parts, this.#http, { request, client, tie: this.#tie });
    const job = new HttpJob(parts, this.#http, place, {
      request,
      client,
      target,
      headers: this.#headersForMember(tunnel),
      encrypted: this.#encrypted,
      upload: this.#upload,
      tunnel,
    });
    this.forward(job, place.first());
  }

  interim(head: ReplyHead): void {
    writeInterimHead(this.response, head);
  }

  override head(head: ReplyHead, upstream: Upstream): void {
    if (this.relay.isTaken) return this.giveUp();
    return this.guard(() => {
      const relayed = { ...head, headers: this.#publicHeaders(head, upstream) };
      if (head.status === SWITCHED) {
        this.record.asks(upstream.member);
        this.#upgrade?.switchProtocols(relayed);
        return;
      }
      super.head(relayed, upstream);
      // A reply may come to its first byte of body much later, as server-sent events do.
      afterWaitingEvents(() => this.relay.flushHead(), undefined);
    });
  }

  override end(trailers: readonly string[] = []): void {
    if (this.#upgrade?.isSwitched === true) return this.finished('answered');
    const takesTrailers = headerTokens(this.#headers, 'te').includes('trailers');
    const passed = takesTrailers && trailers.length > 0 ? passedTrailers(trailers) : [];
    super.end(passed.flatMap(({ name, value }) => [name, value]));
  }

  protected override finished(verdict: FinishedEvent['verdict'], error?: unknown): void {
    this.record.bytesIn = this.#upload?.bytes ?? 0;
    super.finished(verdict, error);
    if (this.#upload !== undefined && !this.request.complete) this.#upload.discard();
  }

  protected override respondWithError(error: unknown): number {
    return respondWithProblem(this.request, this.response, error);
  }

  #headersForMember(tunnel: UpgradeResponse | undefined): readonly string[] {
    const { decisionCookie } = this.parts.config;
    const headers =
      decisionCookie?.strip === true ? withoutCookie(this.#headers, decisionCookie.name) : this.#headers;
    return tunnel === undefined ? withoutUpgrade(headers) : headers;
  }

  /** What the client sees of a reply's headers, and the cookie that ties it to the member. */
  #publicHeaders({ headers, status }: ReplyHead, upstream: Upstream): string[] {
    const { client, parts } = this;
    const facts = {
      headers: this.#headers,
      path: client.mount?.path ?? '',
      preserveHost: this.#http.preserveHost,
      members: parts.cluster.members,
      trusted: client.trusted,
      encrypted: this.#encrypted,
    };
    const cookie = this.#cookieFor(upstream);
    const mapped = clientReplyHeaders(headers, status, new ReplyPlace(facts, upstream));
    return cookie === undefined ? mapped : [...mapped, 'Set-Cookie', cookie];
  }

  /** Nobody is tied to who only stands in. */
  #cookieFor({ member }: Upstream): string | undefined {
    if (this.parts.cluster.byRoute(member.route) !== member) return undefined;
    const origin = publicOrigin(this.#headers, { trusted: this.client.trusted, encrypted: this.#encrypted });
    const { admission } = this.parts;
    return admission.stickiness?.cookieFor(member.route, this.#tie, {
      binding: admission.bindingOf(this.request, this.client.address),
      secure: origin.protocol === 'https',
      path: this.client.mount?.path ?? '',
    });
  }

  #makeUpload(): RequestUpload | undefined {
    const request: MaybeParsedRequest = this.request;
    if (!announcesBody(request)) return undefined;
    if (this.#upgrade !== undefined) {
      throw new BalancerError('BODY_UNSUPPORTED', 'a request for another protocol has no body');
    }
    if (request.readableDidRead) {
      throw new BalancerError('BODY_ALREADY_READ', 'mount the balancer before the body parser');
    }
    const { clock, config } = this.parts;
    const upload = new RequestUpload(request, {
      replayBodySize: this.#http.replayBodySize,
      bodyTimeout: config.forward.bodyTimeout,
      clock,
    });
    upload.onBroken = (error) => this.fail(error);
    return upload;
  }

  get #encrypted(): boolean {
    return 'encrypted' in this.request.socket;
  }
}

/** Without a connection to switch, nobody can speak another protocol on it. */
function withoutUpgrade(headers: readonly string[]): readonly string[] {
  return headers.filter((_, index) => !isNamed(headers[index - (index % 2)] ?? '', 'upgrade'));
}
