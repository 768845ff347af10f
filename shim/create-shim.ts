import type { ApplicationOptions } from '../lib/config/application-options.ts';
import { checkShimOptions } from '../lib/config/check.ts';
import type { ShimOptions } from '../lib/config/options.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import { mountable } from '../lib/gateway/mountable.ts';
import type { Mountable } from '../lib/gateway/mountable.ts';
import { shimCluster } from '../lib/gateway/shim-cluster.ts';

/** Options of the shim, and what the application gives it. */
export interface CreateShimOptions extends ShimOptions, Pick<ApplicationOptions, 'logger'> {}

/**
 * Gives one legacy Pazpar2 a server id, so that a sticky balancer can route by it:
 *
 *     app.use(createShim({ backend: 'http://localhost:8004', serverId: 'pz1' }));
 *
 * `<session>` in `init` replies gets `.pz1` appended. Values without id pass; one with another id is that of a lost session.
 * Let only the balancer reach it: it forwards what the Pazpar2 itself would take, but for `exit`.
 *
 * @throws OptionsError with every problem of the options at once
 */
export function createShim(options: CreateShimOptions): Mountable {
  // A copy, because JavaScript may call without options, which is to be told as any other problem.
  const { logger, ...shim } = { ...options };
  return mountable(new Balancer(shimCluster(checkShimOptions(shim, { logger })), { logger }));
}
