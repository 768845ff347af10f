import { systemClock } from '../lib/clock.ts';
import { checkStatisticsOptions } from '../lib/config/check.ts';
import type { StatisticsOptions } from '../lib/config/statistics-options.ts';
import { OptionsError } from '../lib/errors.ts';
import { noteExpectation } from '../lib/forward/expectation.ts';
import { pathOf } from '../lib/gateway/cluster-handler.ts';
import { behindEnginePath } from '../lib/gateway/engine-path.ts';
import { balancerOf, trustedProxies } from '../lib/gateway/mountable.ts';
import type { ExpressRequest, Mountable, MountableHandler } from '../lib/gateway/mountable.ts';
import { senderAddress } from '../lib/gateway/sender-address.ts';
import { StatisticsHandler } from '../lib/gateway/statistics-handler.ts';
import { silentLogger, type Logger } from '../lib/observability/logger.ts';
import type { MirrorPeerSnapshot } from '../lib/statistics/mirror.ts';
import type { Farm } from '../lib/statistics/farm.ts';

/**
 * The statistics engine of one or several balancers: members push how busy they are, programs ask who is to be used.
 *
 *     app.use(statisticsEngine(balancer, { token: process.env.ENGINE_TOKEN }));
 *
 * It serves its `path`, `/athena` by default, or wherever else it is mounted, and leaves all other paths to `next`. Keep it from the
 * public: whoever reaches it may read. A balancer need not be mounted to be asked for.
 *
 * @throws OptionsError with every problem of the options at once, and for balancers that are none or have the same name
 */
export function statisticsEngine(
  balancers: Mountable | readonly Mountable[],
  { logger = silentLogger, ...options }: StatisticsEngineOptions = {},
): StatisticsEngineHandler {
  const config = checkStatisticsOptions(options);
  const farms = farmsOf(Array.isArray(balancers) ? balancers : [balancers]);
  const handler = new StatisticsHandler(() => farms, config, { clock: systemClock, logger });
  const middleware: MountableHandler = (request: MountedRequest, response, next): void => {
    const whole = pathOf(request.url ?? '');
    const isMounted = request.originalUrl !== undefined && request.originalUrl !== request.url;
    const path =
      behindEnginePath(whole, config.path) ?? (isMounted || next === undefined ? whole : undefined);
    if (path === undefined) {
      next?.();
      return;
    }
    noteExpectation(request, response);
    handler.handle(request, response, { path, address: senderAddress(request, trustedProxies(request)) });
  };
  return Object.assign(middleware, {
    snapshot: () => ({ peers: handler.peers }),
    close: () => handler.close(),
  });
}

/** Options of the engine, and where it tells of other engines that it mirrors. */
export interface StatisticsEngineOptions extends StatisticsOptions {
  /** A pino logger, or anything with its four methods. Defaults to none. */
  readonly logger?: Logger;
}

/** What `statisticsEngine` returns. */
export type StatisticsEngineHandler = MountableHandler & {
  /** How it stands with the engines that mirror this one. */
  snapshot(): { readonly peers: readonly MirrorPeerSnapshot[] };
  /** Tells and asks mirrored engines no more. */
  close(): Promise<void>;
};

/** Express and Connect cut the path of a mount off the target, and keep the whole one here. */
interface MountedRequest extends ExpressRequest {
  readonly originalUrl?: string;
}

function farmsOf(balancers: readonly Mountable[]): Farm[] {
  const farms = balancers.map((handler, index) => {
    const balancer = balancerOf(handler);
    if (balancer !== undefined) return balancer.farm;
    throw problem(index, 'must be what balancer(…) or pazpar2Balancer(…) returns');
  });
  const names = farms.map(({ name }) => name);
  const repeated = names.findIndex((name, index) => names.indexOf(name) < index);
  if (repeated === -1) return farms;
  throw problem(repeated, `must have a name of its own: there is another farm ${names[repeated] ?? ''}`);
}

function problem(index: number, message: string): OptionsError {
  return new OptionsError('statistics engine', [{ path: `balancers[${index}]`, value: '', message }]);
}
