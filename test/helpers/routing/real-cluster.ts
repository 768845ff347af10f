import type fc from 'fast-check';
import type { ClusterConfig } from '../../../lib/config/config.ts';
import type { Balancer } from '../../../lib/gateway/balancer.ts';
import type { FakeClock } from '../fake-clock.ts';
import type { ModelMember, RoutingModel } from './model.ts';
import type { World } from './world.ts';

/** A balancer, the servers that it talks to, and its time. */
export interface RealCluster {
  readonly balancer: Balancer;
  readonly url: string;
  readonly clock: FakeClock;
  readonly world: World;
  /** A configuration with these members; load factors in hundredths. */
  readonly configure: (
    members: readonly Pick<ModelMember, 'route' | 'url' | 'loadFactor'>[],
  ) => ClusterConfig;
}

/** Something that happens to a cluster and to its model. */
export type Step = fc.AsyncCommand<RoutingModel, RealCluster>;
