export { balancer } from './balancer.ts';
export type { HttpBalancer, HttpBalancerOptions } from './balancer.ts';
export { expressServerOptions } from './express-server-options.ts';
export type { ExpressApplication, ExpressServerOptions } from './express-server-options.ts';
export { pazpar2Balancer } from './pazpar2-balancer.ts';
export type { Pazpar2Balancer, Pazpar2BalancerOptions } from './pazpar2-balancer.ts';
export { statisticsEngine } from './statistics-engine.ts';
export type { StatisticsEngineHandler, StatisticsEngineOptions } from './statistics-engine.ts';
export { signDecision } from '../lib/sticky/decision-cookie.ts';
export type { Decision, DecisionKey, DecisionToSign } from '../lib/sticky/decision-cookie.ts';
export { BalancerError, ERRORS, OptionsError } from '../lib/errors.ts';
export type { ErrorCode, OptionProblem } from '../lib/errors.ts';
export type { HttpClusterOptions, HttpMemberOptions } from '../lib/config/http-options.ts';
export type { ClusterOptions, MemberOptions } from '../lib/config/options.ts';
export type { AccessOptions, EntranceOptions, Policy, PolicyOptions } from '../lib/config/policy-options.ts';
export type { FailureOptions } from '../lib/config/failure-options.ts';
export type { HealthOptions, HttpProbeOptions } from '../lib/config/health-options.ts';
export type { OutlierOptions } from '../lib/config/outlier-options.ts';
export type { MirrorPeerSnapshot } from '../lib/statistics/mirror.ts';
export type { MirrorOptions, StatisticsOptions } from '../lib/config/statistics-options.ts';
export type { DecisionCookieOptions } from '../lib/config/decision-options.ts';
export type { MembersControl } from '../lib/gateway/members-control.ts';
export type { Mountable, MountableHandler, UpgradeListener } from '../lib/gateway/mountable.ts';
export type { ClusterSnapshot, LaneSnapshot, MemberSnapshot } from '../lib/gateway/snapshot.ts';
export type { EventListener, EventName } from '../lib/observability/event-hub.ts';
export type {
  BalancerEvents,
  ElectedEvent,
  ErrorEvent,
  FinishedEvent,
  MemberRestartedEvent,
  MemberStateEvent,
  PolicyViolatedEvent,
  RetriedEvent,
  SessionLostEvent,
  WarningEvent,
} from '../lib/observability/events.ts';
export type { Logger } from '../lib/observability/logger.ts';
