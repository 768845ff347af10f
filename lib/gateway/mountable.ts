import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventListener, EventName } from '../observability/event-hub.ts';
import type { Balancer } from './balancer.ts';
import { clientOrigin } from './client-origin.ts';
import type { TrustsProxy } from './forwarded-for.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** A request handler for Express 4 and 5, Connect, and `http.createServer`. It answers every request and never calls `next`. */
export interface Mountable {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Listens to an event; the payloads are those of `BalancerEvents`. */
  on<Name extends EventName>(name: Name, listener: EventListener<Name>): void;
  off<Name extends EventName>(name: Name, listener: EventListener<Name>): void;
  /** Members, their states and counters at this moment. */
  snapshot(): ClusterSnapshot;
  /** Ends the connections to the members when their running requests have ended. */
  close(): Promise<void>;
}

/** Express hangs the application on its requests; `trust proxy` is its setting for X-Forwarded-For. */
interface ExpressRequest extends IncomingMessage {
  readonly app?: { get?: (name: string) => unknown };
}

const trustsNobody: TrustsProxy = () => false;

/** Makes a balancer into a handler that can be mounted. */
export function mountable(balancer: Balancer): Mountable {
  function pazpar2BalancerMiddleware(request: ExpressRequest, response: ServerResponse): void {
    balancer.handle(request, response, clientOrigin(request, trustedProxies(request)));
  }
  return Object.assign(pazpar2BalancerMiddleware, {
    on: <Name extends EventName>(name: Name, listener: EventListener<Name>) =>
      balancer.events.on(name, listener),
    off: <Name extends EventName>(name: Name, listener: EventListener<Name>) =>
      balancer.events.off(name, listener),
    snapshot: () => balancer.snapshot(),
    close: () => balancer.close(),
  });
}

/** Express's own setting decides whom to believe; without Express nobody is believed. */
function trustedProxies(request: ExpressRequest): TrustsProxy {
  const trusts = request.app?.get?.('trust proxy fn');
  return typeof trusts === 'function' ? (address, hop) => trusts(address, hop) === true : trustsNobody;
}
