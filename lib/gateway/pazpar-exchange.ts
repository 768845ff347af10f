import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { CompleteReply, ForwardSink } from '../forward/forwarding.ts';
import { Forwarding } from '../forward/forwarding.ts';
import type { ReplyHead, TransportFailure } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { FinishedEvent } from '../observability/events.ts';
import { lastValue } from '../protocol/arguments.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import { enforcePolicy } from '../protocol/policy.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import type { ClientOrigin } from './client-origin.ts';
import { ClientTurn } from './client-turn.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { decidedMember } from './decided-member.ts';
import { respondWithError } from './error-response.ts';
import { InitPlacement } from './init-placement.ts';
import { PazparJob } from './pazpar-job.ts';
import { rewriteReply, warnOfInitReply } from './pazpar-replies.ts';
import { isBodyless, readBodylessCommand, readCommand } from './read-command.ts';
import { ReplyRelay } from './reply-relay.ts';
import { ALLOW, checkFraming, FORWARDED_METHODS } from './request-framing.ts';
import { redirectTo } from './redirect.ts';
import { RequestRecord } from './request-record.ts';
import { selectionKey } from './selection-key.ts';
import { onlyMember, routeSession, SessionLostError } from './session-route.ts';
import type { Signature } from './session-route.ts';

// A member that keeps repeating numbers is far beyond its 256 a second, or its clock stands.
const MOST_REPEATED_NUMBERS = 5;

/** One client's request and its reply, from the first check to the last byte. */
export class PazparExchange implements ForwardSink {
  readonly #parts: ClusterParts;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #relay: ReplyRelay;
  readonly #client: ClientOrigin;
  readonly #record: RequestRecord;
  #number: string | undefined;
  #placement: InitPlacement | undefined;
  #forwarding: Forwarding | undefined;
  #turn: ClientTurn | undefined;
  /** Of all that is asked of members, repeated inits and the wait for a member included. */
  #expiresAt = 0;
  #repeatedNumbers = 0;
  #over = false;

  constructor(parts: ClusterParts, request: IncomingMessage, response: ServerResponse, client: ClientOrigin) {
    this.#parts = parts;
    this.#request = request;
    this.#response = response;
    this.#relay = new ReplyRelay(request, response, {
      clock: parts.clock,
      sendTimeout: parts.config.forward.sendTimeout,
      resume: () => this.#forwarding?.resume(),
    });
    this.#client = client;
    this.#record = new RequestRecord(parts, { request, response, client });
  }

  /** Answers the request, whatever becomes of it. Never throws. */
  run(): void {
    if (this.#response.closed) {
      this.#giveUp();
      return;
    }
    this.#response.on('close', () => this.#giveUp());
    this.#guard(() => {
      checkFraming(this.#request);
      if (this.#request.method === 'OPTIONS') this.#answerOptions();
      else if (!FORWARDED_METHODS.has(this.#request.method ?? '')) this.#refuseMethod();
      else this.#read(this.#rules());
    });
  }

  #read(rules: PolicyRules): void {
    if (isBodyless(this.#request)) {
      this.#proceed(readBodylessCommand(this.#request), rules);
      return;
    }
    const { clock, config } = this.#parts;
    readCommand(this.#request, { ...config.forward, clock })
      .then((command) => this.#proceed(command, rules))
      .catch((error: unknown) => this.#fail(error));
  }

  #proceed(command: PazparCommand, rules: PolicyRules): void {
    if (this.#over) return;
    const { clock, config } = this.#parts;
    this.#record.command = command;
    this.#expiresAt = clock.monotonic() + config.forward.requestTimeout;
    enforcePolicy(command, rules, (what) => this.#record.policyViolated(what));
    this.#turn = new ClientTurn(this.#parts, command, { client: this.#client, limited: rules.limited });
    if (command.session !== undefined) this.#forwardToSession(command, command.session);
    else if (command.traits.class === 'create') this.#forwardToAny(command);
    else this.#forward(command, this.#namedMember(command));
  }

  #forwardToSession(command: PazparCommand, value: string): void {
    const session = routeSession(this.#parts.cluster, value, this.#signature());
    const { member, number } = session;
    if (this.#parts.isWithdrawn(member, number)) throw new SessionLostError(value, 'withdrawn', member.route);
    this.#number = number;
    this.#turn?.ofSession(session);
    this.#parts.chargeSession(member, command.name);
    this.#forward(command, member);
  }

  #rules(): PolicyRules {
    const { entrances } = this.#parts.admission;
    return entrances.rulesFor(this.#request, this.#client, (what) => this.#record.policyViolated(what));
  }

  #selectionKey(command: PazparCommand): string {
    return selectionKey(this.#parts.config.lbMethod, command, {
      request: this.#request,
      client: this.#client,
    });
  }

  #signature(): Signature | undefined {
    return this.#parts.admission.signatureFor(this.#request, this.#client.address);
  }

  #forwardToAny(command: PazparCommand): void {
    this.#placement = new InitPlacement(this.#parts, {
      client: this.#client.address,
      wishes: { key: this.#selectionKey(command), preferred: decidedMember(this.#parts, this.#request) },
      placed: (member, queued) => {
        this.#record.add({ queued });
        this.#forward(command, member);
      },
      failed: (error, queued) => {
        this.#record.add({ queued });
        this.#fail(error);
      },
    });
    this.#placement.start();
  }

  /** `info` shows one server, so a trusted client says which. */
  #namedMember(command: PazparCommand): Member {
    const route = lastValue(command.args, 'member');
    const { cluster } = this.#parts;
    const member = route === undefined ? onlyMember(cluster) : cluster.byRoute(route);
    if (member !== undefined) return member;
    throw new BalancerError(route === undefined ? 'PARAMETER_MISSING' : 'PARAMETER_MALFORMED', 'member');
  }

  #forward(command: PazparCommand, member: Member): void {
    this.#record.asks(member);
    const job = new PazparJob(this.#parts, command, {
      number: this.#number,
      client: this.#client,
      key: this.#selectionKey(command),
    });
    const context = this.#parts.forwardContext(this.#expiresAt);
    this.#forwarding = new Forwarding(job, this, context, this.#parts.upstream(member));
    this.#forwarding.start();
  }

  head(head: ReplyHead, upstream: Upstream): void {
    this.#record.asks(upstream.member);
    if (this.#record.command?.name === 'init') warnOfInitReply(this.#parts, upstream.member, head.status);
    if (this.#number !== undefined && head.status === 200)
      this.#parts.memory.remembers(upstream.member, this.#number);
    this.#relay.head(head);
  }

  data(chunk: Buffer): boolean {
    if (!this.#relay.isTaken) return this.#relay.data(chunk);
    this.#giveUp();
    return true;
  }

  end(): void {
    if (this.#relay.isTaken) return this.#giveUp();
    this.#relay.end();
    return this.#finished('answered');
  }

  complete(reply: CompleteReply, upstream: Upstream): void {
    this.#record.asks(upstream.member);
    this.#guard(() => {
      if (this.#relay.isTaken) return this.#giveUp();
      const session = { number: this.#number, value: this.#record.command?.session };
      const held = { reply, session, signature: this.#signature() };
      const rewritten = rewriteReply(this.#parts, upstream.member, held);
      if (rewritten === 'repeated') return this.#repeatInit();
      if (rewritten.newNumber !== undefined) this.#turn?.sessionBegan(rewritten.newNumber, upstream.member);
      this.#relay.complete(rewritten);
      return this.#finished('answered');
    });
  }

  refused(error: BalancerError, upstream: Upstream): void {
    const { route } = upstream.member;
    this.#record.asks(upstream.member);
    if (error.code !== 'SESSION_LOST') return this.#fail(error);
    if (this.#number !== undefined) this.#parts.sessions.forget({ number: this.#number, route });
    return this.#fail(new SessionLostError(this.#record.command?.session ?? '', 'memory', route));
  }

  /** Before anything reached the client this is an error like any other. */
  broken(error: BalancerError): void {
    this.#fail(error);
  }

  retried(from: Upstream, to: Upstream, failure: TransportFailure): void {
    this.#record.retried(from, to, failure);
  }

  /** The number belongs to somebody else already: nobody gets it, and a new session is asked for. */
  #repeatInit(): void {
    this.#forwardingOver();
    this.#repeatedNumbers++;
    if (this.#record.command === undefined || this.#repeatedNumbers > MOST_REPEATED_NUMBERS) {
      throw new BalancerError('NO_MEMBER_AVAILABLE', 'session numbers repeat');
    }
    this.#forwardToAny(this.#record.command);
  }

  #answerOptions(): void {
    this.#request.resume();
    this.#response.writeHead(204, { Allow: ALLOW }).end();
    this.#finished('answered');
  }

  #refuseMethod(): void {
    this.#response.setHeader('Allow', ALLOW);
    throw new BalancerError('METHOD_NOT_ALLOWED', `use one of ${ALLOW}`);
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    if (this.#relay.isTaken) return this.#giveUp();
    this.#forwarding?.abort();
    if (error instanceof SessionLostError) this.#record.sessionLost(error);
    this.#record.failed(error);
    if (this.#isSentElsewhere(error)) return this.#finished('answered', error);
    if (this.#response.headersSent) {
      this.#relay.destroy();
      return this.#finished('aborted', error);
    }
    this.#relay.bytes += respondWithError(this.#request, this.#response, error);
    const refused = error instanceof BalancerError && error.status < 500;
    return this.#finished(refused ? 'refused' : 'failed', error);
  }

  /** Nobody can take a new session, but the configuration or an operator names another place. */
  #isSentElsewhere(error: unknown): boolean {
    const { alternative } = this.#parts;
    const isNobodyThere = error instanceof BalancerError && error.code === 'NO_MEMBER_AVAILABLE';
    if (alternative === undefined || !isNobodyThere || this.#response.headersSent) return false;
    redirectTo(alternative, this.#request.url ?? '', this.#response);
    return true;
  }

  /** The client is gone, or somebody else has answered it. */
  #giveUp(): void {
    if (this.#over) return;
    this.#placement?.cancel();
    this.#forwarding?.abort();
    this.#finished('aborted');
  }

  #finished(verdict: FinishedEvent['verdict'], error?: unknown): void {
    this.#over = true;
    this.#turn?.end();
    this.#forwardingOver();
    this.#record.finished({ verdict, bytesOut: this.#relay.bytes, error });
  }

  #forwardingOver(): void {
    if (this.#forwarding !== undefined) this.#record.add(this.#forwarding);
    this.#forwarding = undefined;
  }
}
