import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { noteExpectation } from '../forward/expectation.ts';
import type { EventListener, EventName } from '../observability/event-hub.ts';
import { behindPrefix } from '../protocol/http/member-target.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import type { Balancer } from './balancer.ts';
import { clientOrigin } from './client-origin.ts';
import { pathOf } from './cluster-handler.ts';
import type { TrustsProxy } from './forwarded-for.ts';
import type { ClusterSnapshot } from './snapshot.ts';
import { UpgradeResponse } from './upgrade-response.ts';
import { whenItsTurn } from './upgrade-turn.ts';

/** A request handler for Express 4 and 5, Connect, and `http.createServer`. It answers every request and never calls `next`. */
export type MountableHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** A balancer that can be mounted. */
export interface Mountable extends MountableHandler {
  /** Listens to an event; the payloads are those of `BalancerEvents`. */
  on<Name extends EventName>(name: Name, listener: EventListener<Name>): void;
  off<Name extends EventName>(name: Name, listener: EventListener<Name>): void;
  /** Members, their states and counters at this moment. */
  snapshot(): ClusterSnapshot;
  /** Ends the connections to the members when their running requests have ended. */
  close(): Promise<void>;
}

/** Express hangs the application on its requests; `trust proxy` is its setting for X-Forwarded-For. */
export interface ExpressRequest extends IncomingMessage {
  /** The path at which the handler is mounted, which Express has cut off the url. Connect says it by the url as it was. */
  readonly baseUrl?: string;
  readonly originalUrl?: string;
  readonly app?: { get?: (name: string) => unknown };
}

/** The balancers behind handlers, for parts that look at several of them. */
const BALANCERS = new WeakMap<MountableHandler, Balancer>();

const trustsNobody: TrustsProxy = () => false;

/** Makes a balancer into a handler that can be mounted. */
export function mountable(balancer: Balancer): Mountable {
  const handler = mountableHandler(balancer);
  BALANCERS.set(handler, balancer);
  return Object.assign(handler, {
    on: <Name extends EventName>(name: Name, listener: EventListener<Name>) =>
      balancer.events.on(name, listener),
    off: <Name extends EventName>(name: Name, listener: EventListener<Name>) =>
      balancer.events.off(name, listener),
    snapshot: () => balancer.snapshot(),
    close: () => balancer.close(),
  });
}

/** The balancer behind a handler that `mountable` made; undefined for any other. */
export function balancerOf(handler: MountableHandler): Balancer | undefined {
  return BALANCERS.get(handler);
}

/**
 * Makes a handler that passes requests to a balancer.
 *
 * @param rules what those may do who come by this handler; left out, the cluster's policy and entrances decide
 */
export function mountableHandler(balancer: Balancer, rules?: PolicyRules): MountableHandler {
  return function balancerMiddleware(request: ExpressRequest, response): void {
    const mount = balancer.protocol === 'http' ? { path: mountPath(request), inTarget: '' } : undefined;
    noteExpectation(request, response);
    balancer.handle(request, response, clientOrigin(request, trustedProxies(request), { rules, mount }));
  };
}

/** A listener for `upgrade` of a `http.Server`. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Makes a listener that passes WebSockets to a balancer. @param path what it serves; other requests it leaves alone */
export function upgradeListener(balancer: Balancer, path: string): UpgradeListener {
  const prefix = path === '/' ? '' : path;
  return (request: ExpressRequest, socket, head) => {
    if (behindPrefix(pathOf(request.url ?? ''), prefix) === undefined) return;
    const mount = { path: prefix, inTarget: prefix };
    whenItsTurn(socket, () => {
      const response = new UpgradeResponse(request, socket, head);
      balancer.handle(request, response, clientOrigin(request, trustedProxies(request), { mount }));
    });
  };
}

/** Express's own setting decides whom to believe; without Express nobody is believed. */
export function trustedProxies(request: ExpressRequest): TrustsProxy {
  const trusts = request.app?.get?.('trust proxy fn');
  return typeof trusts === 'function' ? (address, hop) => trusts(address, hop) === true : trustsNobody;
}

/** The path at which the application has mounted the handler, without "/" at its end. */
function mountPath({ baseUrl, originalUrl = '', url = '' }: ExpressRequest): string {
  const path = baseUrl ?? (originalUrl.endsWith(url) ? originalUrl.slice(0, -url.length) : '');
  return path.replace(/\/+$/, '');
}
