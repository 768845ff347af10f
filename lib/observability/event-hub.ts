import type { BalancerEvents } from './events.ts';

export type EventName = keyof BalancerEvents;

/** Hears one kind of event. */
export type EventListener<Name extends EventName> = (event: BalancerEvents[Name][0]) => void;

/**
 * Hands events to whoever listens. Unlike Node's emitter it does not throw for an `error` that nobody hears, and a
 * listener that throws breaks neither the others nor the request.
 */
export class EventHub {
  readonly #listeners: { readonly [Name in EventName]: Set<EventListener<Name>> } = {
    elected: new Set(),
    retried: new Set(),
    sessionLost: new Set(),
    memberState: new Set(),
    clusterState: new Set(),
    memberRestarted: new Set(),
    warning: new Set(),
    policyViolated: new Set(),
    error: new Set(),
    finished: new Set(),
  };
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  on<Name extends EventName>(name: Name, listener: EventListener<Name>): void {
    this.#listeners[name].add(listener);
  }

  off<Name extends EventName>(name: Name, listener: EventListener<Name>): void {
    this.#listeners[name].delete(listener);
  }

  /** The payload is only made when somebody listens. */
  emit<Name extends EventName>(name: Name, payload: () => BalancerEvents[Name][0]): void {
    const listeners: Set<EventListener<Name>> = this.#listeners[name];
    if (listeners.size === 0) return;
    const event = payload();
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
