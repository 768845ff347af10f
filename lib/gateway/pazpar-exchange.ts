import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { CompleteReply, ForwardSink } from '../forward/forwarding.ts';
import { Forwarding } from '../forward/forwarding.ts';
import type { Cancellable } from '../forward/lane.ts';
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
import { respondWithError } from './error-response.ts';
import { PazparJob } from './pazpar-job.ts';
import { rewriteReply, warnOfInitReply } from './pazpar-replies.ts';
import { isBodyless, readBodylessCommand, readCommand } from './read-command.ts';
import { ReplyRelay } from './reply-relay.ts';
import type { RequestFacts } from './reporter.ts';
import { ALLOW, checkFraming, FORWARDED_METHODS } from './request-framing.ts';
import { selectionKey } from './selection-key.ts';
import { onlyMember, routeSession, SessionLostError } from './session-route.ts';
import type { Signature } from './session-route.ts';

// A member that keeps repeating numbers is far beyond its 256 a second, or its clock stands.
const MOST_REPEATED_NUMBERS = 5;
const NOBODY: ReadonlySet<Member> = new Set();

/** One client's request and its reply, from the first check to the last byte. */
export class PazparExchange implements ForwardSink {
  readonly #parts: ClusterParts;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #relay: ReplyRelay;
  readonly #client: ClientOrigin;
  readonly #startedAt: number;
  #command: PazparCommand | undefined;
  #number: string | undefined;
  #forwarding: Forwarding | undefined;
  #waiting: Cancellable | undefined;
  #turn: ClientTurn | undefined;
  /** Who was asked last. */
  #member: Member | undefined;
  /** The route that the session names, else that of who was asked. */
  #route: string | undefined;
  #over = false;
  readonly #counts = { queued: 0, attempts: 0, repeatedNumbers: 0 };

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
    this.#startedAt = parts.clock.monotonic();
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
    this.#command = command;
    enforcePolicy(command, rules, (what) => this.#reportViolation(what));
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
    return entrances.rulesFor(this.#request, this.#client, (what) => this.#reportViolation(what));
  }

  #reportViolation(what: string): void {
    this.#parts.reporter.policyViolated({ what, client: this.#client.address, ...this.#facts() });
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
    const othersWait = this.#parts.initQueue.waiting > 0;
    const member = othersWait ? undefined : this.#parts.electForInit(NOBODY, this.#selectionKey(command));
    if (member === undefined) this.#waitForRoom(command);
    else this.#forward(command, member);
  }

  /** `info` shows one server, so a trusted client says which. */
  #namedMember(command: PazparCommand): Member {
    const route = lastValue(command.args, 'member');
    const { cluster } = this.#parts;
    const member = route === undefined ? onlyMember(cluster) : cluster.byRoute(route);
    if (member !== undefined) return member;
    throw new BalancerError(route === undefined ? 'PARAMETER_MISSING' : 'PARAMETER_MALFORMED', 'member');
  }

  #waitForRoom(command: PazparCommand): void {
    const { initQueue, clock, config } = this.#parts;
    if (!this.#parts.someoneTakesInits()) throw new BalancerError('NO_MEMBER_AVAILABLE', '');
    if (initQueue.isFull) throw new BalancerError('MEMBER_FULL', 'too many new sessions wait');
    const since = clock.monotonic();
    const waited = (): void => {
      this.#waiting = undefined;
      this.#counts.queued += clock.monotonic() - since;
    };
    this.#waiting = initQueue.join({
      client: this.#client.address,
      timeout: config.forward.queueTimeout,
      proceed: () => {
        const member = this.#parts.electForInit(NOBODY, this.#selectionKey(command));
        if (member === undefined) return false;
        waited();
        this.#forward(command, member);
        return true;
      },
      expire: () => {
        waited();
        this.#fail(new BalancerError('QUEUE_TIMEOUT', 'no room for a new session'));
      },
    });
  }

  #forward(command: PazparCommand, member: Member): void {
    this.#asks(member);
    const { config, clock } = this.#parts;
    const job = new PazparJob(this.#parts, command, {
      number: this.#number,
      client: this.#client,
      key: this.#selectionKey(command),
    });
    const context = { settings: config.forward, clock };
    this.#forwarding = new Forwarding(job, this, context, this.#parts.upstream(member));
    this.#forwarding.start();
  }

  head(head: ReplyHead, upstream: Upstream): void {
    this.#asks(upstream.member);
    if (this.#command?.name === 'init') warnOfInitReply(this.#parts, upstream.member, head.status);
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
    this.#asks(upstream.member);
    this.#guard(() => {
      if (this.#relay.isTaken) return this.#giveUp();
      const session = { number: this.#number, value: this.#command?.session };
      const held = { reply, session, signature: this.#signature() };
      const rewritten = rewriteReply(this.#parts, upstream.member, held);
      if (rewritten === 'repeated') return this.#repeatInit();
      if (rewritten.newNumber !== undefined)
        this.#turn?.sessionSeen(rewritten.newNumber, upstream.member.route);
      this.#relay.complete(rewritten);
      return this.#finished('answered');
    });
  }

  refused(error: BalancerError, upstream: Upstream): void {
    const { route } = upstream.member;
    this.#asks(upstream.member);
    const value = this.#command?.session ?? '';
    this.#fail(error.code === 'SESSION_LOST' ? new SessionLostError(value, 'memory', route) : error);
  }

  /** Before anything reached the client this is an error like any other. */
  broken(error: BalancerError): void {
    this.#fail(error);
  }

  retried(from: Upstream, to: Upstream, failure: TransportFailure): void {
    this.#parts.reporter.emit('retried', () => ({
      command: this.#command?.name ?? '',
      from: from.member.route,
      to: to.member.route,
      reason: failure.kind,
    }));
  }

  /** The number belongs to somebody else already: nobody gets it, and a new session is asked for. */
  #repeatInit(): void {
    this.#counts.attempts += this.#forwarding?.attempts ?? 0;
    this.#forwarding = undefined;
    this.#counts.repeatedNumbers++;
    if (this.#command === undefined || this.#counts.repeatedNumbers > MOST_REPEATED_NUMBERS) {
      throw new BalancerError('NO_MEMBER_AVAILABLE', 'session numbers repeat');
    }
    this.#forwardToAny(this.#command);
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
    const { reporter } = this.#parts;
    if (error instanceof SessionLostError) {
      this.#route = error.route;
      reporter.sessionLost(error.event);
    }
    reporter.error(error, this.#facts());
    if (this.#response.headersSent) {
      this.#relay.destroy();
      return this.#finished('aborted', error);
    }
    this.#relay.bytes += respondWithError(this.#request, this.#response, error);
    const refused = error instanceof BalancerError && error.status < 500;
    return this.#finished(refused ? 'refused' : 'failed', error);
  }

  /** The client is gone, or somebody else has answered it. */
  #giveUp(): void {
    if (this.#over) return;
    this.#waiting?.cancel();
    this.#forwarding?.abort();
    this.#finished('aborted');
  }

  #finished(verdict: FinishedEvent['verdict'], error?: unknown): void {
    this.#over = true;
    this.#turn?.end();
    const unknownError = error === undefined ? undefined : 'INTERNAL';
    this.#parts.reporter.emit('finished', () => ({
      method: this.#request.method ?? '',
      client: this.#client.forwardedFor,
      ...this.#facts(),
      member: this.#member?.settings.url,
      attempts: this.#counts.attempts + (this.#forwarding?.attempts ?? 0),
      status: this.#response.headersSent ? this.#response.statusCode : 0,
      bytesIn: this.#command?.bodySize ?? 0,
      bytesOut: this.#relay.bytes,
      duration: this.#parts.clock.monotonic() - this.#startedAt,
      queued: this.#counts.queued + (this.#forwarding?.queued ?? 0),
      verdict,
      error: error instanceof BalancerError ? error.code : unknownError,
    }));
  }

  #asks(member: Member): void {
    this.#member = member;
    this.#route = member.route;
  }

  #facts(): RequestFacts {
    return { command: this.#command?.name, route: this.#route };
  }
}
