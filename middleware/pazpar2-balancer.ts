import type { ApplicationOptions } from '../lib/config/application-options.ts';
import { checkClusterOptions, checkPolicy } from '../lib/config/check.ts';
import type { ClusterOptions } from '../lib/config/options.ts';
import type { Policy } from '../lib/config/policy-options.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import type { MembersControl } from '../lib/gateway/members-control.ts';
import { mountable, mountableHandler } from '../lib/gateway/mountable.ts';
import type { Mountable, MountableHandler } from '../lib/gateway/mountable.ts';

/** Options of the middleware: a cluster, and what the application gives it. */
export interface Pazpar2BalancerOptions extends ClusterOptions, ApplicationOptions {}

/** The handler of one cluster. */
export interface Pazpar2Balancer extends Mountable {
  /** Adds, removes, changes and drains members at run time. */
  readonly members: MembersControl;
  /** Resolves after the first round of probes, at once where that is not waited for (`health`). Requests are served before as well. */
  readonly ready: Promise<void>;
  /**
   * Makes another handler on the same members, with a policy of its own for whoever reaches it; `policy`, `access` and `entrances` of the
   * options do not count there. Mount it behind the application's own authentication:
   *
   *     app.use('/internal/search.pz2', requireApiKey, balancer.withPolicy('trusted'));
   *
   * @throws OptionsError with every problem of the policy at once
   */
  withPolicy(policy: Policy): MountableHandler;
}

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
  // A copy, because JavaScript may call without options, which is to be told as any other problem.
  const { name, logger, ...cluster } = { ...options };
  const balancer = new Balancer(checkClusterOptions(cluster, { name, logger }), { logger });
  const ready = balancer.start();
  return Object.assign(mountable(balancer), {
    members: balancer.members,
    ready,
    withPolicy: (policy: Policy) => mountableHandler(balancer, checkPolicy(policy).rules),
  });
}
