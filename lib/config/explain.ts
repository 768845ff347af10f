import { Document, isMap, isNode } from 'yaml';
import type { MemberSettings } from '../cluster/member-settings.ts';
import type { ForwardSettings } from '../forward/forward-settings.ts';
import type { ClientsOptions } from './clients-options.ts';
import type {
  ClientsConfig,
  EntranceConfig,
  GatewayClusterConfig,
  GatewayConfig,
  PolicyConfig,
  MirrorConfig,
  StatisticsConfig,
} from './config.ts';
import { formatDuration } from './duration.ts';
import { failureOptions } from './explain-failure.ts';
import { healthOptions, outlierOptions } from './explain-health.ts';
import { explainClusterPolicy, explainEntrancePolicy } from './explain-policy.ts';
import { givenMemberTls, givenTls } from './given-tls.ts';
import { explainHttpCluster } from './explain-http.ts';
import { decisionOptions, signingOptions, withoutKey } from './explain-parts.ts';
import { HIDDEN } from './hidden.ts';
import type { HttpGatewayClusterOptions } from './http-options.ts';
import { escapePlaceholders } from './interpolation.ts';
import { lbMethodOption } from './lb-method.ts';
import { formatListenAddress } from './listen-address.ts';
import { memberOptions } from './member-options.ts';
import type {
  AdminOptions,
  ForwardOptions,
  GatewayClusterOptions,
  GatewayOptions,
  MemberOptions,
} from './options.ts';
import type { GatewayEntranceOptions, Policy } from './policy-options.ts';
import { formatSize } from './size.ts';
import type { MirrorOptions, StatisticsOptions } from './statistics-options.ts';

/** Parts of a cluster that are not there unless they are configured. */
type OptionalPart = 'signing' | 'decisionCookie' | 'forward';

/**
 * Writes a configuration as YAML, with the defaults and without secrets, so that `parseGatewayFile` gives the same one back. Comments
 * say in words what each policy amounts to.
 */
export function explainGatewayConfig(config: GatewayConfig): string {
  const document = new Document(gatewayOptions(config), escapeTexts, { aliasDuplicateObjects: false });
  for (const cluster of config.clusters.filter(({ http }) => http === undefined)) {
    const path = ['clusters', cluster.name];
    const policyKey = keyNode(document.getIn(path), 'policy');
    comment(policyKey, explainClusterPolicy(cluster));
    for (const [index, entrance] of cluster.entrances.entries()) {
      comment(document.getIn([...path, 'entrances', index]), explainEntrancePolicy(entrance, cluster));
    }
  }
  return document.toString({ lineWidth: 0 });
}

function keyNode(map: unknown, key: string): unknown {
  return isMap(map) ? map.items.find((pair) => String(pair.key) === key)?.key : undefined;
}

function comment(node: unknown, lines: readonly string[]): void {
  if (isNode(node)) node.commentBefore = lines.map((line) => ` ${line}`).join('\n');
}

function escapeTexts(_: unknown, value: unknown): unknown {
  return typeof value === 'string' ? escapePlaceholders(value) : value;
}

function gatewayOptions({
  tls,
  admin,
  clusters,
  ...config
}: GatewayConfig): Required<Omit<GatewayOptions, 'admin' | 'statistics' | 'tls'>> &
  Pick<GatewayOptions, 'admin' | 'statistics' | 'tls'> {
  return {
    listen: formatListenAddress(config.listen),
    ...(tls === undefined ? {} : { tls: withoutKey(givenTls(tls)) }),
    ...(admin === undefined ? {} : { admin: adminOptions(admin) }),
    trustProxy: config.trustProxy,
    ...statisticsPart(config.statistics, admin !== undefined),
    clients: clientsOptions(config.clients),
    compress: config.compress,
    farmHosts: config.farmHosts,
    shutdownDelay: formatDuration(config.shutdownDelay),
    shutdownTimeout: formatDuration(config.shutdownTimeout),
    logLevel: config.logLevel,
    clusters: Object.fromEntries(clusters.map((cluster) => [cluster.name, optionsOf(cluster)])),
  };
}

function adminOptions({ listen, tls }: NonNullable<GatewayConfig['admin']>): AdminOptions {
  return {
    listen: formatListenAddress(listen),
    ...(tls === undefined ? {} : { tls: withoutKey(givenTls(tls)) }),
  };
}

function shownMember(settings: MemberSettings): MemberOptions {
  const { tls, ...options } = memberOptions(settings);
  return tls === undefined ? options : { ...options, tls: withoutKey(tls) };
}

function clientsOptions(clients: ClientsConfig): Required<ClientsOptions> {
  return {
    maxConnections: clients.maxConnections,
    headersTimeout: formatDuration(clients.headersTimeout),
    keepAliveTimeout: formatDuration(clients.keepAliveTimeout),
  };
}

/** Without an internal listener the engine is nowhere, and its options would be refused. */
function statisticsPart(
  statistics: StatisticsConfig | undefined,
  hasInternalListener: boolean,
): Pick<GatewayOptions, 'statistics'> {
  if (statistics === undefined) return { statistics: 'off' };
  return hasInternalListener ? { statistics: statisticsOptions(statistics) } : {};
}

/** The token stays hidden, as all secrets. */
function statisticsOptions({ token, mirror, ...statistics }: StatisticsConfig): StatisticsOptions {
  return {
    ...statistics,
    ...(token === undefined ? {} : { token: HIDDEN }),
    ...(mirror === undefined ? {} : { mirror: mirrorOptions(mirror) }),
  };
}

function mirrorOptions({ tls, peers, interval }: MirrorConfig): MirrorOptions {
  return {
    token: HIDDEN,
    peers,
    interval: formatDuration(interval),
    ...(tls === undefined ? {} : { tls: withoutKey(givenMemberTls(tls)) }),
  };
}

function optionsOf(cluster: GatewayClusterConfig): GatewayClusterOptions | HttpGatewayClusterOptions {
  return cluster.http === undefined ? clusterOptions(cluster) : explainHttpCluster(cluster, cluster.http);
}

function clusterOptions(
  cluster: GatewayClusterConfig,
): Required<Omit<GatewayClusterOptions, OptionalPart>> & Pick<GatewayClusterOptions, OptionalPart> {
  const { policy, access, entrances } = cluster;
  return {
    path: cluster.path,
    protocol: 'pazpar2',
    members: cluster.members.map(shownMember),
    lbMethod: lbMethodOption(cluster.lbMethod),
    slowStart: formatDuration(cluster.slowStart),
    policy: policyOptions(policy),
    access,
    entrances: entrances.map(entranceOptions),
    limits: cluster.limits ?? 'off',
    health: cluster.health === undefined ? 'off' : healthOptions(cluster.health),
    outliers: cluster.outliers === undefined ? 'off' : outlierOptions(cluster.outliers),
    sessionTimeout: formatDuration(cluster.sessionTimeout),
    expectUpdate: formatDuration(cluster.freshness.expectUpdate),
    beforeFirstUpdate: cluster.freshness.beforeFirstUpdate,
    ...(cluster.alternative === undefined ? {} : { forward: cluster.alternative }),
    removeAfter: formatDuration(cluster.removeAfter),
    cors: cluster.cors,
    ...(cluster.signing === undefined ? {} : { signing: signingOptions(cluster.signing) }),
    ...(cluster.decisionCookie === undefined
      ? {}
      : { decisionCookie: decisionOptions(cluster.decisionCookie) }),
    ...forwardOptions(cluster.forward),
  };
}

function policyOptions({ preset, overrides }: PolicyConfig): Policy {
  if (Object.keys(overrides).length === 0) return preset;
  const { maxBodySize, ...others } = overrides;
  return {
    preset,
    ...others,
    ...(maxBodySize === undefined ? {} : { maxBodySize: formatSize(maxBodySize) }),
  };
}

/** The token stays hidden, as all secrets. */
function entranceOptions({
  path,
  listener,
  token,
  policy,
  allow,
  deny,
}: EntranceConfig): GatewayEntranceOptions {
  return {
    policy: policyOptions(policy),
    ...(path === undefined ? {} : { path }),
    listener,
    ...(token === undefined ? {} : { token: HIDDEN }),
    allow,
    deny,
  };
}

function forwardOptions(forward: ForwardSettings): Required<ForwardOptions> {
  return {
    ...failureOptions(forward),
    connectTimeout: formatDuration(forward.connectTimeout),
    replyTimeout: formatDuration(forward.replyTimeout),
    blockingReplyTimeout: formatDuration(forward.blockingReplyTimeout),
    idleTimeout: formatDuration(forward.idleTimeout),
    bodyTimeout: formatDuration(forward.bodyTimeout),
    sendTimeout: formatDuration(forward.sendTimeout),
    requestTimeout: formatDuration(forward.requestTimeout),
    retryPause: formatDuration(forward.retryPause),
    keepAliveTimeout: formatDuration(forward.keepAliveTimeout),
    maxBlocking: forward.maxBlocking,
    maxQuick: forward.maxQuick,
    maxQueue: forward.maxQueue,
    queueTimeout: formatDuration(forward.queueTimeout),
    maxInitRate: forward.maxInitRate,
    maxBodySize: formatSize(forward.maxBodySize),
  };
}
