import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkClusterOptions } from '../lib/config/check.ts';
import type { ClusterOptions } from '../lib/config/options.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import { forwardedFor } from '../lib/gateway/forwarded-for.ts';
import type { TrustsProxy } from '../lib/gateway/forwarded-for.ts';
import type { MembersControl } from '../lib/gateway/members-control.ts';
import type { ClusterSnapshot } from '../lib/gateway/snapshot.ts';
import type { EventListener, EventName } from '../lib/observability/event-hub.ts';
import type { Logger } from '../lib/observability/logger.ts';

/** Options of the middleware: a cluster, and what the application gives it. */
export interface Pazpar2BalancerOptions extends ClusterOptions {
  /** Name of the cluster in log lines and snapshots. Defaults to 'cluster'. */
  readonly name?: string;
  /** Where to log: a pino logger, or anything with `debug`, `info`, `warn` and `error` that take fields and a message. Defaults to none. */
  readonly logger?: Logger;
}

/** Handles a request; for Express 4 and 5, Connect, and `http.createServer` (which gives no third argument). */
export interface Pazpar2Balancer {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Adds, removes, changes and drains members at run time. */
  readonly members: MembersControl;
  /** Listens to an event; the payloads are those of `BalancerEvents`. */
  on<Name extends EventName>(name: Name, listener: EventListener<Name>): Pazpar2Balancer;
  off<Name extends EventName>(name: Name, listener: EventListener<Name>): Pazpar2Balancer;
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

/**
 * Balances Pazpar2 servers behind one path:
 *
 *     app.use('/pazpar2/search.pz2', pazpar2Balancer({ members: [{ url: 'http://localhost:8004', route: 'pz1' }] }));
 *
 * Mount it before body parsers where you can. It answers every request itself and never calls `next`.
 *
 * @throws OptionsError with every problem of the options at once
 */
export function pazpar2Balancer(options: Pazpar2BalancerOptions): Pazpar2Balancer {
  const { name: clusterName, logger, ...cluster } = options;
  const balancer = new Balancer(checkClusterOptions(cluster, clusterName), { logger });

  function pazpar2BalancerMiddleware(request: ExpressRequest, response: ServerResponse): void {
    balancer.handle(request, response, forwardedFor(request, trustedProxies(request)));
  }

  const handler: Pazpar2Balancer = Object.assign(pazpar2BalancerMiddleware, {
    members: balancer.members,
    on<Name extends EventName>(name: Name, listener: EventListener<Name>) {
      balancer.events.on(name, listener);
      return handler;
    },
    off<Name extends EventName>(name: Name, listener: EventListener<Name>) {
      balancer.events.off(name, listener);
      return handler;
    },
    snapshot: () => balancer.snapshot(),
    close: () => balancer.close(),
  });
  return handler;
}

/** Express's own setting decides whom to believe; without Express nobody is believed. */
function trustedProxies(request: ExpressRequest): TrustsProxy {
  const trusts = request.app?.get?.('trust proxy fn');
  return typeof trusts === 'function' ? (address, hop) => trusts(address, hop) === true : trustsNobody;
}
