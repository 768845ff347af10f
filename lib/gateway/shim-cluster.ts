import type { ClusterConfig, ShimConfig } from '../config/config.ts';
import { MEMBER_DEFAULTS } from '../config/defaults.ts';
import { policyConfig } from '../config/policy.ts';

/** Pazpar2's default. The shim counts sessions only for its snapshot. */
const SESSION_TIMEOUT = 60_000;

/**
 * A shim is a balancer with a single member: the server id is that member's route, so `init` hands it out, values without it
 * pass, and values with another one are those of a lost session. Whoever reaches the shim could reach the Pazpar2, hence `trusted`.
 */
export function shimCluster(config: ShimConfig): ClusterConfig {
  return {
    name: `shim ${config.serverId}`,
    members: [{ ...MEMBER_DEFAULTS, url: config.backend, route: config.serverId }],
    lbMethod: 'byrequests',
    slowStart: 0,
    policy: policyConfig({ preset: 'trusted' }),
    access: { allow: [], deny: [] },
    entrances: [],
    cors: false,
    limits: undefined,
    health: undefined,
    outliers: undefined,
    sessionTimeout: SESSION_TIMEOUT,
    signing: undefined,
    freshness: { expectUpdate: 0, beforeFirstUpdate: 'in' },
    alternative: undefined,
    decisionCookie: undefined,
    removeAfter: 0,
    forward: config.forward,
    http: undefined,
  };
}
