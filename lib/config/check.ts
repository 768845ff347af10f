import type * as z from 'zod';
import type { MemberSettings } from '../cluster/member-settings.ts';
import { OptionsError } from '../errors.ts';
import { type ApplicationOptions, applicationProblems, type MountedOptions } from './application-options.ts';
import type {
  ClusterConfig,
  GatewayClusterConfig,
  GatewayConfig,
  PolicyConfig,
  ShimConfig,
  StatisticsConfig,
  TlsConfig,
} from './config.ts';
import { clusterConfig, httpClusterConfig } from './cluster-config.ts';
import { clusterConflicts, gatewayConflicts, httpClusterConflicts } from './conflicts.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { ClusterOptions, GatewayOptions, MemberOptions, Protocol, ShimOptions } from './options.ts';
import type { Policy } from './policy-options.ts';
import { policySchema } from './policy-schema.ts';
import { type FoundProblem, toOptionProblem } from './problem.ts';
import { gatewaySchema, type ParsedGatewayCluster } from './gateway-schema.ts';
import type { HttpClusterOptions, HttpMemberOptions } from './http-options.ts';
import { httpClusterSchema, httpMemberSchema } from './http-schema.ts';
import { clusterSchema, memberSchema, shimSchema } from './schema.ts';
import { problemsOf } from './schema-problems.ts';
import type { StatisticsOptions } from './statistics-options.ts';
import { statisticsObject } from './statistics-schema.ts';
import type { TlsOptions } from './tls-options.ts';
import { tlsSchema } from './tls-schema.ts';

/** The configuration, or everything that is wrong with the options. */
export type Inspected<T> =
  | { readonly config: T; readonly problems?: never }
  | { readonly config?: never; readonly problems: readonly FoundProblem[] };

/**
 * Checks the options of a cluster, and what came with them, and fills in what was left out.
 *
 * @throws {OptionsError} with every problem at once.
 */
export function checkClusterOptions(
  options: ClusterOptions,
  application: ApplicationOptions = {},
): ClusterConfig {
  const conflicts = (given: unknown): FoundProblem[] => [
    ...clusterConflicts(given),
    ...applicationProblems(application),
  ];
  return configOf(
    'cluster options',
    inspect(clusterSchema, options, conflicts, (parsed) =>
      clusterConfig(application.name ?? 'cluster', parsed),
    ),
  );
}

/** As `checkClusterOptions`, for a cluster of protocol `http`. */
export function checkHttpClusterOptions(
  options: HttpClusterOptions,
  application: MountedOptions = {},
): ClusterConfig {
  const conflicts = (given: unknown): FoundProblem[] => [
    ...httpClusterConflicts(given),
    ...applicationProblems(application),
  ];
  return configOf(
    'cluster options',
    inspect(httpClusterSchema, options, conflicts, (parsed) =>
      httpClusterConfig(application.name ?? 'cluster', parsed),
    ),
  );
}

/**
 * Checks the options of one member and fills in what was left out.
 *
 * @throws {OptionsError} with every problem at once.
 */
export function checkMemberOptions(
  options: MemberOptions | HttpMemberOptions,
  protocol: Protocol = 'pazpar2',
): MemberSettings {
  return configOf(
    'member options',
    inspect(
      protocol === 'http' ? httpMemberSchema : memberSchema,
      options,
      () => [],
      (parsed) => parsed,
    ),
  );
}

/**
 * Checks a policy and puts it together from its preset and what differs from it.
 *
 * @throws {OptionsError} with every problem at once.
 */
export function checkPolicy(policy: Policy): PolicyConfig {
  return configOf(
    'policy',
    inspect(
      policySchema,
      policy,
      () => [],
      (parsed) => parsed,
    ),
  );
}

/**
 * Checks the options of a statistics engine and fills in what was left out.
 *
 * @throws {OptionsError} with every problem at once.
 */
export function checkStatisticsOptions(options: StatisticsOptions): StatisticsConfig {
  return configOf(
    'statistics options',
    inspect(
      statisticsObject,
      options,
      () => [],
      (parsed) => parsed,
    ),
  );
}

/**
 * Checks the options of the gateway and fills in what was left out.
 *
 * @throws {OptionsError} with every problem at once.
 */
export function checkGatewayOptions(options: GatewayOptions): GatewayConfig {
  return configOf('gateway options', inspectGatewayOptions(options));
}

/**
 * Checks the certificate of a listener again, and reads it.
 *
 * @param option where it stands in the gateway's options
 * @throws {OptionsError} with every problem at once.
 */
export function checkTlsOptions(options: TlsOptions, option: string): TlsConfig {
  return configOf(
    option,
    inspect(
      tlsSchema,
      options,
      () => [],
      (parsed) => parsed,
    ),
  );
}

/**
 * Checks the options of the shim, and what came with them, and fills in what was left out.
 *
 * @throws {OptionsError} with every problem at once.
 */
export function checkShimOptions(options: ShimOptions, application: ApplicationOptions = {}): ShimConfig {
  const inspected = inspect(
    shimSchema,
    options,
    () => applicationProblems(application),
    ({ backend, serverId, ...forward }) => ({ backend, serverId, forward }),
  );
  return configOf('shim options', inspected);
}

/** As `checkGatewayOptions`, but hands the problems back, with places that can be looked up in a file. */
export function inspectGatewayOptions(options: unknown): Inspected<GatewayConfig> {
  return inspect(gatewaySchema, options, gatewayConflicts, ({ admin, clusters, ...rest }) => ({
    ...rest,
    admin,
    clusters: Object.entries(clusters).map(([name, cluster]) => toGatewayCluster(name, cluster)),
  }));
}

function inspect<Parsed, Config>(
  schema: z.ZodType<Parsed>,
  options: unknown,
  conflictsOf: (options: unknown) => FoundProblem[],
  toConfig: (parsed: Parsed) => Config,
): Inspected<Config> {
  const result = schema.safeParse(options);
  const problems = [...problemsOf(schema, options, result.error), ...conflictsOf(options)];
  return result.success && problems.length === 0
    ? { config: deepFreeze(toConfig(result.data)) }
    : { problems };
}

function configOf<T>(what: string, inspected: Inspected<T>): T {
  if (inspected.problems === undefined) return inspected.config;
  throw new OptionsError(what, inspected.problems.map(toOptionProblem));
}

function toGatewayCluster(name: string, parsed: ParsedGatewayCluster): GatewayClusterConfig {
  if (parsed.protocol === 'http') {
    const { path, protocol, ...cluster } = parsed;
    return { path, protocol, ...httpClusterConfig(name, cluster) };
  }
  const { path, protocol = 'pazpar2', ...cluster } = parsed;
  return { path, protocol, ...clusterConfig(name, cluster) };
}
