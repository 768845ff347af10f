import type { ApplicationOptions } from '../lib/config/application-options.ts';
import { checkHttpClusterOptions } from '../lib/config/check.ts';
import type { HttpClusterOptions } from '../lib/config/http-options.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import type { MembersControl } from '../lib/gateway/members-control.ts';
import { mountable, upgradeListener } from '../lib/gateway/mountable.ts';
import type { Mountable, UpgradeListener } from '../lib/gateway/mountable.ts';

/** Options of the middleware: a cluster of protocol `http`, and what the application gives it. */
export interface HttpBalancerOptions extends HttpClusterOptions, ApplicationOptions {
  /**
   * Where the application mounts it, such as "/app": WebSockets do not pass the application's routes, so `upgrade` serves those below this path
   * and leaves all others alone. Defaults to '/'.
   */
  readonly path?: string;
}

/** The handler of one cluster. */
export interface HttpBalancer extends Mountable {
  /** Adds, removes, changes and drains members at run time. */
  readonly members: MembersControl;
  /** Serves WebSockets: a listener for `upgrade` of a `http.Server`. Leaves those alone that are not below `path`. */
  readonly upgrade: UpgradeListener;
}

/**
 * Balances any web application behind one path:
 *
 *     app.use('/app', balancer({ members: [{ url: 'http://localhost:3001', route: 'a' }], stickySession: 'JSESSIONID' }));
 *
 * Mount it before body parsers. It answers every request itself and never calls `next`. For WebSockets give its `upgrade` to the server:
 *
 *     app.listen(8080).on('upgrade', shop.upgrade);
 *
 *
 * @throws OptionsError with every problem of the options at once
 */
export function balancer(options: HttpBalancerOptions): HttpBalancer {
  // A copy, because JavaScript may call without options, which is to be told as any other problem.
  const { name, logger, path, ...cluster } = { ...options };
  const config = checkHttpClusterOptions(cluster, { name, logger, path });
  const balancing = new Balancer(config, { logger });
  void balancing.start();
  return Object.assign(mountable(balancing), {
    members: balancing.members,
    upgrade: upgradeListener(balancing, path ?? '/'),
  });
}
