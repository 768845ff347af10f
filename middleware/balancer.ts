import type { ApplicationOptions } from '../lib/config/application-options.ts';
import { checkHttpClusterOptions } from '../lib/config/check.ts';
import type { HttpClusterOptions } from '../lib/config/http-options.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import type { MembersControl } from '../lib/gateway/members-control.ts';
import { mountable } from '../lib/gateway/mountable.ts';
import type { Mountable } from '../lib/gateway/mountable.ts';

/** Options of the middleware: a cluster of protocol `http`, and what the application gives it. */
export interface HttpBalancerOptions extends HttpClusterOptions, ApplicationOptions {}

/** The handler of one cluster. */
export interface HttpBalancer extends Mountable {
  /** Adds, removes, changes and drains members at run time. */
  readonly members: MembersControl;
}

/**
 * Balances any web application behind one path:
 *
 *     app.use('/app', balancer({ members: [{ url: 'http://localhost:3001', route: 'a' }], stickySession: 'JSESSIONID' }));
 *
 * Mount it before body parsers. It answers every request itself and never calls `next`.
 *
 * @throws OptionsError with every problem of the options at once
 */
export function balancer(options: HttpBalancerOptions): HttpBalancer {
  // A copy, because JavaScript may call without options, which is to be told as any other problem.
  const { name, logger, ...cluster } = { ...options };
  const balancing = new Balancer(checkHttpClusterOptions(cluster, { name, logger }), { logger });
  void balancing.start();
  return Object.assign(mountable(balancing), { members: balancing.members });
}
