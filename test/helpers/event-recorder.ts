import type { EventListener, EventName } from '../../lib/observability/event-hub.ts';
import type { BalancerEvents } from '../../lib/observability/events.ts';

/** Payloads by name of the event, in order. */
export type RecordedEvents = { readonly [Name in EventName]: BalancerEvents[Name][0][] };

interface EventSource {
  on<Name extends EventName>(name: Name, listener: EventListener<Name>): void;
}

/** Writes down every event of a balancer, by name, in order. */
export function recordEvents(source: EventSource): RecordedEvents {
  const recorded: RecordedEvents = {
    elected: [],
    retried: [],
    sessionLost: [],
    memberState: [],
    clusterState: [],
    memberRestarted: [],
    warning: [],
    policyViolated: [],
    error: [],
    finished: [],
  };
  for (const name of Object.keys(recorded) as EventName[]) {
    const list: unknown[] = recorded[name];
    source.on(name, (event) => list.push(event));
  }
  return recorded;
}
