import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import type { CompleteReply } from '../forward/forward-job.ts';
import type { ReplyHead } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { FinishedEvent } from '../observability/events.ts';
import { lastValue } from '../protocol/arguments.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import { enforcePolicy } from '../protocol/policy.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import { ClientExchange } from './client-exchange.ts';
import { ClientTurn } from './client-turn.ts';
import { decidedMember } from './decided-member.ts';
import { respondWithError } from './error-response.ts';
import { InitPlacement } from './init-placement.ts';
import { PazparJob } from './pazpar-job.ts';
import { rewriteReply, warnOfInitReply } from './pazpar-replies.ts';
import { isBodyless, readBodylessCommand, readCommand } from './read-command.ts';
import { ALLOW, FORWARDED_METHODS } from './request-framing.ts';
import { selectionKey } from './selection-key.ts';
import { onlyMember, routeSession, SessionLostError } from './session-route.ts';
import type { Signature } from './session-route.ts';

// A member that keeps repeating numbers is far beyond its 256 a second, or its clock stands.
const MOST_REPEATED_NUMBERS = 5;

/** One request to Pazpar2 and its reply. */
export class PazparExchange extends ClientExchange {
  #number: string | undefined;
  #placement: InitPlacement | undefined;
  #turn: ClientTurn | undefined;
  /** Of all that is asked of members, repeated inits and the wait for a member included. */
  #expiresAt = 0;
  #repeatedNumbers = 0;

  protected override begin(): void {
    if (this.request.method === 'OPTIONS') this.#answerOptions();
    else if (!FORWARDED_METHODS.has(this.request.method ?? '')) this.#refuseMethod();
    else this.#read(this.#rules());
  }

  #read(rules: PolicyRules): void {
    if (isBodyless(this.request)) {
      this.#proceed(readBodylessCommand(this.request), rules);
      return;
    }
    const { clock, config } = this.parts;
    readCommand(this.request, { ...config.forward, clock })
      .then((command) => this.#proceed(command, rules))
      .catch((error: unknown) => this.fail(error));
  }

  #proceed(command: PazparCommand, rules: PolicyRules): void {
    if (this.isOver) return;
    const { clock, config } = this.parts;
    this.record.command = command;
    this.#expiresAt = clock.monotonic() + config.forward.requestTimeout;
    enforcePolicy(command, rules, (what) => this.record.policyViolated(what));
    this.#turn = new ClientTurn(this.parts, command, { client: this.client, limited: rules.limited });
    if (command.session !== undefined) this.#forwardToSession(command, command.session);
    else if (command.traits.class === 'create') this.#forwardToAny(command);
    else this.#forwardTo(command, this.#namedMember(command));
  }

  #forwardToSession(command: PazparCommand, value: string): void {
    const session = routeSession(this.parts.cluster, value, this.#signature());
    const { member, number } = session;
    if (this.parts.isWithdrawn(member, number)) throw new SessionLostError(value, 'withdrawn', member.route);
    this.#number = number;
    this.#turn?.ofSession(session);
    this.parts.chargeSession(member, command.name);
    this.#forwardTo(command, member);
  }

  #rules(): PolicyRules {
    const { entrances } = this.parts.admission;
    return entrances.rulesFor(this.request, this.client, (what) => this.record.policyViolated(what));
  }

  #selectionKey(command: PazparCommand): string {
    return selectionKey(this.parts.config.lbMethod, {
      request: this.request,
      client: this.client,
      parameter: (name) => lastValue(command.args, name),
    });
  }

  #signature(): Signature | undefined {
    return this.parts.admission.signatureFor(this.request, this.client.address);
  }

  #forwardToAny(command: PazparCommand): void {
    this.#placement = new InitPlacement(this.parts, {
      client: this.client.address,
      wishes: { key: this.#selectionKey(command), preferred: decidedMember(this.parts, this.request) },
      placed: (member, queued) => {
        this.record.add({ queued });
        this.#forwardTo(command, member);
      },
      failed: (error, queued) => {
        this.record.add({ queued });
        this.fail(error);
      },
    });
    this.#placement.start();
  }

  /** `info` shows one server, so a trusted client says which. */
  #namedMember(command: PazparCommand): Member {
    const route = lastValue(command.args, 'member');
    const { cluster } = this.parts;
    const member = route === undefined ? onlyMember(cluster) : cluster.byRoute(route);
    if (member !== undefined) return member;
    throw new BalancerError(route === undefined ? 'PARAMETER_MISSING' : 'PARAMETER_MALFORMED', 'member');
  }

  #forwardTo(command: PazparCommand, member: Member): void {
    const job = new PazparJob(this.parts, command, {
      number: this.#number,
      client: this.client,
      key: this.#selectionKey(command),
    });
    this.forward(job, member, this.#expiresAt);
  }

  override head(head: ReplyHead, upstream: Upstream): void {
    if (this.record.command?.name === 'init') warnOfInitReply(this.parts, upstream.member, head.status);
    if (this.#number !== undefined && head.status === 200)
      this.parts.memory.remembers(upstream.member, this.#number);
    super.head(head, upstream);
  }

  override complete(reply: CompleteReply, upstream: Upstream): void {
    this.record.asks(upstream.member);
    this.guard(() => {
      if (this.relay.isTaken) return this.giveUp();
      const session = { number: this.#number, value: this.record.command?.session };
      const held = { reply, session, signature: this.#signature() };
      const rewritten = rewriteReply(this.parts, upstream.member, held);
      if (rewritten === 'repeated') return this.#repeatInit();
      if (rewritten.newNumber !== undefined) this.#turn?.sessionBegan(rewritten.newNumber, upstream.member);
      this.relay.complete(rewritten);
      return this.finished('answered');
    });
  }

  override refused(error: BalancerError, upstream: Upstream): void {
    const { route } = upstream.member;
    this.record.asks(upstream.member);
    if (error.code !== 'SESSION_LOST') return this.fail(error);
    if (this.#number !== undefined) this.parts.sessions.forget({ number: this.#number, route });
    return this.fail(new SessionLostError(this.record.command?.session ?? '', 'memory', route));
  }

  /** The number belongs to somebody else already: nobody gets it, and a new session is asked for. */
  #repeatInit(): void {
    this.forwardingOver();
    this.#repeatedNumbers++;
    if (this.record.command === undefined || this.#repeatedNumbers > MOST_REPEATED_NUMBERS) {
      throw new BalancerError('NO_MEMBER_AVAILABLE', 'session numbers repeat');
    }
    this.#forwardToAny(this.record.command);
  }

  #answerOptions(): void {
    this.request.resume();
    this.response.writeHead(204, { Allow: ALLOW }).end();
    this.finished('answered');
  }

  #refuseMethod(): void {
    this.response.setHeader('Allow', ALLOW);
    throw new BalancerError('METHOD_NOT_ALLOWED', `use one of ${ALLOW}`);
  }

  protected override fail(error: unknown): void {
    if (error instanceof SessionLostError && !this.isOver && !this.relay.isTaken)
      this.record.sessionLost(error);
    super.fail(error);
  }

  protected override giveUp(): void {
    if (!this.isOver) this.#placement?.cancel();
    super.giveUp();
  }

  protected override finished(verdict: FinishedEvent['verdict'], error?: unknown): void {
    this.#turn?.end();
    super.finished(verdict, error);
  }

  protected override respondWithError(error: unknown): number {
    return respondWithError(this.request, this.response, error);
  }
}
