import type { MemberStateChange } from '../cluster/member-state.ts';
import type { Member } from '../cluster/member.ts';
import { BalancerError } from '../errors.ts';
import { EventHub } from '../observability/event-hub.ts';
import type { EventName } from '../observability/event-hub.ts';
import type { BalancerEvents, WarningEvent } from '../observability/events.ts';
import type { Logger } from '../observability/logger.ts';

/** What is known of a request when something about it is reported. */
export interface RequestFacts {
  readonly command: string | undefined;
  readonly route: string | undefined;
}

/** Turns what happens into events and log lines. Forgets nothing that an operator needs, repeats no warning. */
export class Reporter {
  readonly events: EventHub;
  readonly #logger: Logger;
  readonly #cluster: string;
  readonly #warned = new Set<string>();

  constructor(logger: Logger, cluster: string) {
    this.#logger = logger;
    this.#cluster = cluster;
    this.events = new EventHub((error) => logger.error({ cluster, err: error }, 'an event listener threw'));
  }

  /** Emits an event; its payload is only made when somebody listens. */
  emit<Name extends EventName>(name: Name, payload: () => BalancerEvents[Name][0]): void {
    this.events.emit(name, payload);
  }

  /** An error that a client was answered with. Those of clients are everyday life, those of members are not. */
  error(error: unknown, facts: RequestFacts): void {
    const known =
      error instanceof BalancerError ? error : new BalancerError('INTERNAL', '', { cause: error });
    const fields = {
      cluster: this.#cluster,
      code: known.code,
      status: known.status,
      ...facts,
      cause: describeCause(known),
    };
    if (known.code === 'INTERNAL') this.#logger.error({ ...fields, err: error }, known.message);
    else if (known.status >= 500) this.#logger.warn(fields, known.message);
    else this.#logger.debug(fields, known.message);
    this.emit('error', () => ({
      code: known.code,
      status: known.status,
      message: known.message,
      ...facts,
    }));
  }

  memberState(member: Member, change: MemberStateChange): void {
    const event = { route: member.route, ...change };
    this.#logger.info(
      { cluster: this.#cluster, ...event },
      `member ${member.route}: ${change.axis} ${change.from} -> ${change.to} (${change.reason})`,
    );
    this.emit('memberState', () => event);
  }

  memberRest(member: Member, resting: boolean): void {
    const [from, to] = resting ? ['working', 'resting'] : ['resting', 'working'];
    const reason = resting ? 'it refused or failed' : 'it answered, or its rest is over';
    const event = { route: member.route, axis: 'rest', from: from ?? '', to: to ?? '', reason };
    this.#logger.warn({ cluster: this.#cluster, ...event }, `member ${member.route} is ${to}: ${reason}`);
    this.emit('memberState', () => event);
  }

  /** Warns once for each member and kind of warning, so that a steady fault does not fill the log. */
  warnOnce(warning: WarningEvent): void {
    const key = `${warning.code} ${warning.route}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.warn(warning);
  }

  warn(warning: WarningEvent): void {
    this.#logger.warn({ cluster: this.#cluster, code: warning.code, route: warning.route }, warning.message);
    this.emit('warning', () => warning);
  }
}

function describeCause(error: BalancerError): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}
