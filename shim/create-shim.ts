import { checkShimOptions } from '../lib/config/check.ts';
import type { ShimOptions } from '../lib/config/options.ts';
import { Balancer } from '../lib/gateway/balancer.ts';
import { mountable } from '../lib/gateway/mountable.ts';
import type { Mountable } from '../lib/gateway/mountable.ts';
import { shimCluster } from '../lib/gateway/shim-cluster.ts';
import type { Logger } from '../lib/observability/logger.ts';

/** Options of the shim, and what the application gives it. */
export interface CreateShimOptions extends ShimOptions {
  /** Where to log: a pino logger, or anything with `debug`, `info`, `warn` and `error` that take fields and a message. Defaults to none. */
  readonly logger?: Logger;
}

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
  const { logger, ...shim } = options;
  return mountable(new Balancer(shimCluster(checkShimOptions(shim)), { logger }));
}
