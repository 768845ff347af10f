import type { Member } from '../cluster/member.ts';
import type { PazparCommand } from '../protocol/pazpar-command.ts';
import type { SessionRoute } from './session-route.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { ClientLimits, LimitedKind } from './client-limits.ts';
import type { ClusterParts } from './cluster-parts.ts';

/** Books one request on its client and session: asks their limits, and notes the session as alive. */
export class ClientTurn {
  readonly #parts: ClusterParts;
  readonly #command: PazparCommand;
  readonly #limits: ClientLimits | undefined;
  readonly #owner: string;
  #blocked: string | undefined;

  /** @throws BalancerError TOO_MANY_REQUESTS when the address has taken what it may */
  constructor(
    parts: ClusterParts,
    command: PazparCommand,
    { client, limited }: { readonly client: ClientOrigin; readonly limited: boolean },
  ) {
    const limits = limited ? parts.admission.limits : undefined;
    this.#parts = parts;
    this.#command = command;
    this.#limits = limits;
    this.#owner = limits?.keyOf(client.address) ?? client.address;
    limits?.admitAddress(kindOf(command), this.#owner);
    if (command.traits.class === 'create')
      limits?.admitNewSession(parts.sessions, this.#owner, parts.clock.monotonic());
  }

  /** The request names a session. @throws BalancerError TOO_MANY_REQUESTS when the session has taken what it may */
  ofSession({ number, member }: SessionRoute): void {
    if (this.#limits !== undefined) this.#askSession(this.#limits, `${number}.${member.route}`);
    this.#sessionSeen(number, member.route);
  }

  /** A session was handed out. */
  sessionBegan(number: string, member: Member): void {
    this.#sessionSeen(number, member.route);
    this.#parts.memory.remembers(member, number);
  }

  /** The request is over. */
  end(): void {
    if (this.#blocked !== undefined) this.#limits?.unblock(this.#blocked);
    this.#blocked = undefined;
  }

  #sessionSeen(number: string, route: string): void {
    this.#parts.sessions.touch({ number, route, owner: this.#owner }, this.#parts.clock.monotonic());
  }

  #askSession(limits: ClientLimits, session: string): void {
    limits.admitSession(kindOf(this.#command), session);
    if (!this.#command.blocks) return;
    limits.block(session);
    this.#blocked = session;
  }
}

function kindOf({ name }: PazparCommand): LimitedKind {
  return name === 'init' || name === 'search' ? name : 'other';
}
