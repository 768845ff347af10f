import type { MemberSettings } from '../cluster/member-settings.ts';
import type { GatewayClusterConfig, HttpConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import { failureOptions } from './explain-failure.ts';
import { healthOptions, outlierOptions } from './explain-health.ts';
import { decisionOptions, signingOptions, withoutKey } from './explain-parts.ts';
import type { HttpForwardOptions, HttpGatewayClusterOptions, HttpMemberOptions } from './http-options.ts';
import { lbMethodOption } from './lb-method.ts';
import { httpMemberOptions } from './member-options.ts';
import { formatSize } from './size.ts';
import type { StickyCookieOptions } from './sticky-options.ts';
import type { StickyCookieSettings } from '../sticky/sticky-cookie.ts';

/** The options that give this cluster of protocol `http`, each default included. */
export function explainHttpCluster(
  cluster: GatewayClusterConfig,
  http: HttpConfig,
): HttpGatewayClusterOptions {
  const { alternative, decisionCookie, signing, health, freshness } = cluster;
  const { stickySession, stickyCookie } = http;
  return {
    path: cluster.path,
    protocol: 'http',
    members: cluster.members.map(shownMember),
    lbMethod: lbMethodOption(cluster.lbMethod),
    slowStart: formatDuration(cluster.slowStart),
    access: cluster.access,
    ...(stickySession === undefined
      ? {}
      : { stickySession: `${stickySession.cookie}|${stickySession.parameter}` }),
    stickySeparator: http.stickySeparator ?? 'off',
    ...(stickyCookie === undefined ? {} : { stickyCookie: cookieOptions(stickyCookie) }),
    sessionLoss: http.sessionLoss,
    ...(signing === undefined ? {} : { signing: signingOptions(signing) }),
    ...(decisionCookie === undefined ? {} : { decisionCookie: decisionOptions(decisionCookie) }),
    forwardMode: http.forwardMode,
    preserveHost: http.preserveHost,
    maxRequests: cluster.forward.maxQuick,
    replayBodySize: formatSize(http.replayBodySize),
    health: health === undefined ? 'off' : healthOptions(health),
    outliers: cluster.outliers === undefined ? 'off' : outlierOptions(cluster.outliers),
    expectUpdate: formatDuration(freshness.expectUpdate),
    beforeFirstUpdate: freshness.beforeFirstUpdate,
    ...(alternative === undefined ? {} : { forward: alternative }),
    removeAfter: formatDuration(cluster.removeAfter),
    ...forwardOptions(cluster),
  };
}

function shownMember(settings: MemberSettings): HttpMemberOptions {
  const { tls, ...options } = httpMemberOptions(settings);
  return tls === undefined ? options : { ...options, tls: withoutKey(tls) };
}

function cookieOptions({ path, domain, maxAge, ...cookie }: StickyCookieSettings): StickyCookieOptions {
  return {
    ...cookie,
    ...(path === undefined ? {} : { path }),
    ...(domain === undefined ? {} : { domain }),
    maxAge: formatDuration(maxAge),
  };
}

function forwardOptions({ forward }: GatewayClusterConfig): Required<HttpForwardOptions> {
  return {
    ...failureOptions(forward),
    connectTimeout: formatDuration(forward.connectTimeout),
    replyTimeout: formatDuration(forward.replyTimeout),
    idleTimeout: formatDuration(forward.idleTimeout),
    bodyTimeout: formatDuration(forward.bodyTimeout),
    sendTimeout: formatDuration(forward.sendTimeout),
    retryPause: formatDuration(forward.retryPause),
    keepAliveTimeout: formatDuration(forward.keepAliveTimeout),
    maxQueue: forward.maxQueue,
    queueTimeout: formatDuration(forward.queueTimeout),
  };
}
