import { checkGatewayOptions } from '../../config/check.ts';
import { Gateway } from '../../gateway/gateway.ts';
import type { Logger } from '../../observability/logger.ts';
import type { DemoServer } from './demo-server.ts';

/** Where the demo serves the cluster, as Pazpar2's own client expects it. */
export const SEARCH_PATH = '/pazpar2/search.pz2';

/** A real gateway waits 60 s, as Apache does; nobody who tries a demo wants to. */
const RETRY = '5s';

/**
 * The gateway before the demo's servers, on free ports of this machine.
 *
 * @throws {OptionsError} when a server's URL or route is not good, as `clusters.demo.members[0].url`
 */
export function createDemoGateway(servers: readonly DemoServer[], logger: Logger): Gateway {
  const config = checkGatewayOptions({
    listen: '127.0.0.1:0',
    admin: { listen: '127.0.0.1:0' },
    shutdownTimeout: '100ms',
    clusters: {
      demo: {
        path: SEARCH_PATH,
        retry: RETRY,
        members: servers.map(({ url, route, direct }) => ({ url, route, direct })),
      },
    },
  });
  return new Gateway(config, { logger });
}
