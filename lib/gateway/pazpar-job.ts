import type { Member } from '../cluster/member.ts';
import type { ErrorCode } from '../errors.ts';
import type { ForwardJob, RequestVariant } from '../forward/forward-job.ts';
import { headerValue } from '../forward/reply-headers.ts';
import { nextStep } from '../forward/retry-policy.ts';
import type { FailedAttempt, NextStep, RetryTraits } from '../forward/retry-policy.ts';
import type { ReplyHead, UpstreamRequest } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import { verdict } from '../forward/verdict.ts';
import { canonicalRequest } from '../protocol/canonical-request.ts';
import { MAX_INIT_BYTES } from '../protocol/init-reply.ts';
import { asksToBlock, withoutBlock } from '../protocol/pazpar-command.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import { MAX_ECHO_BYTES } from '../protocol/session-echo.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClusterParts } from './cluster-parts.ts';

/** Bad gateway, service unavailable, gateway timeout (RFC 9110, 15.6). */
const GATEWAY_ERRORS: ReadonlySet<number> = new Set([502, 503, 504]);

/** Never the number of a session. Who asks for it probes, and must hear when nobody is there, not that a session is lost. */
const NO_SESSION = '0';

/** Where a command comes from. */
export interface JobOrigin {
  /** The session's number at its member; undefined for commands without one. */
  readonly number: string | undefined;
  readonly client: ClientOrigin;
  /** What the method `hash` chooses by. */
  readonly key: string;
}

/** One command of Pazpar2 as the forwarder needs it. */
export class PazparJob implements ForwardJob {
  readonly hasDeadline = true;
  readonly client: string;
  readonly #parts: ClusterParts;
  readonly #command: PazparCommand;
  readonly #number: string | undefined;
  readonly #forwardedFor: string;
  readonly #key: string;

  constructor(parts: ClusterParts, command: PazparCommand, { number, client, key }: JobOrigin) {
    this.#parts = parts;
    this.#command = command;
    this.#number = number;
    this.#forwardedFor = client.forwardedFor;
    this.client = client.address;
    this.#key = key;
  }

  /** Asked for after a failure only. */
  get traits(): RetryTraits {
    const command = this.#command;
    return {
      name: command.name,
      creates: this.#creates,
      hasSession: command.traits.needsSession && this.#number !== NO_SESSION,
      repeatable: command.traits.repeatable,
      configures: command.configures,
      asksToBlock: asksToBlock(command),
    };
  }

  get #creates(): boolean {
    return this.#command.traits.class === 'create';
  }

  nextStep(attempts: readonly FailedAttempt[]): NextStep {
    return nextStep(this.traits, attempts);
  }

  verdict(attempts: readonly FailedAttempt[], last: Member): ErrorCode {
    const { creates, hasSession } = this.traits;
    return verdict({ creates, hasSession, direct: last.settings.direct, attempts });
  }

  compose(upstream: Upstream, variant: RequestVariant): UpstreamRequest {
    const command = variant.withoutBlock ? withoutBlock(this.#command) : this.#command;
    const { method, target, headers, body } = canonicalRequest(command, {
      path: upstream.endpoint.path,
      host: upstream.endpoint.host,
      number: this.#number,
      forwardedFor: this.#forwardedFor,
    });
    const connection = variant.freshConnection ? 'fresh' : command.traits.connection;
    return { method, target, headers, body, connection };
  }

  blocks(unblocked: boolean): boolean {
    return this.#command.blocks && !unblocked;
  }

  elsewhere(tried: ReadonlySet<Member>): Upstream | undefined {
    const member = this.#parts.electForInit(tried, { key: this.#key });
    return member === undefined ? undefined : this.#parts.upstream(member);
  }

  /** Pazpar2 itself never says 502 to 504. A shim or another proxy does when there is no Pazpar2 behind it. */
  turnsAway(head: ReplyHead): boolean {
    return this.#creates && GATEWAY_ERRORS.has(head.status);
  }

  /** An `init` reply is rewritten, and an error that echoes the session's number may be; both need the whole reply. */
  holdBack(head: ReplyHead): number {
    if (this.#creates) return MAX_INIT_BYTES;
    if (head.status !== 417) return 0;
    const length = Number(headerValue(head.headers, 'content-length'));
    return length <= MAX_ECHO_BYTES ? MAX_ECHO_BYTES : 0;
  }
}
