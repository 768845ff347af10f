import type { ClusterConfig } from './config.ts';
import { FORWARD_RANGES } from './ranges.ts';
import type { ParsedHttpCluster } from './http-schema.ts';
import { policyConfig } from './policy.ts';
import type { ParsedCluster } from './schema.ts';

/** The configuration of a cluster of protocol `pazpar2`. */
export function clusterConfig(name: string, parsed: ParsedCluster): ClusterConfig {
  const { members, lbMethod, slowStart, policy, access, entrances, cors, ...rest } = parsed;
  const {
    limits,
    health,
    outliers,
    sessionTimeout,
    signing,
    decisionCookie,
    expectUpdate,
    beforeFirstUpdate,
    ...others
  } = rest;
  const { forward: alternative, removeAfter, ...forward } = others;
  return {
    name,
    members,
    lbMethod,
    slowStart,
    policy,
    access,
    entrances,
    cors,
    limits,
    health,
    outliers,
    sessionTimeout,
    signing,
    freshness: { expectUpdate, beforeFirstUpdate },
    alternative,
    decisionCookie,
    removeAfter,
    forward,
    http: undefined,
  };
}

/** The configuration of a cluster of protocol `http`. What it has no options for limits nothing. */
export function httpClusterConfig(name: string, parsed: ParsedHttpCluster): ClusterConfig {
  const { members, lbMethod, slowStart, access, health, signing, decisionCookie, ...rest } = parsed;
  const { outliers, removeAfter, expectUpdate, beforeFirstUpdate, forward: alternative, ...others } = rest;
  const { stickySession, stickySeparator, stickyCookie, sessionLoss, forwardMode, preserveHost, ...limits } =
    others;
  const { replayBodySize, maxRequests, ...forward } = limits;
  return {
    name,
    members,
    lbMethod,
    slowStart,
    policy: policyConfig({ preset: 'trusted' }),
    access,
    entrances: [],
    cors: false,
    limits: undefined,
    health,
    outliers,
    sessionTimeout: 0,
    signing,
    freshness: { expectUpdate, beforeFirstUpdate },
    alternative,
    decisionCookie,
    removeAfter,
    forward: {
      ...forward,
      blockingReplyTimeout: forward.replyTimeout,
      requestTimeout: 0,
      maxQuick: maxRequests,
      maxBlocking: maxRequests,
      maxInitRate: FORWARD_RANGES.maxInitRate[1],
      maxBodySize: 0,
    },
    http: {
      stickySession,
      stickySeparator,
      stickyCookie,
      sessionLoss,
      forwardMode,
      preserveHost,
      replayBodySize,
    },
  };
}
