import type { FailureOptions } from './failure-options.ts';
import type { ClusterOptions, ForwardOptions, MemberOptions } from './options.ts';
import type { Size } from './size.ts';
import type { StickyOptions } from './sticky-options.ts';

/** A server of a cluster of protocol `http`. The path of its `url` is put in front of what is asked; it defaults to none. */
export interface HttpMemberOptions extends Omit<MemberOptions, 'direct' | 'connections'> {
  /**
   * The route of the member that serves its sessions while it is disabled, stopped, down or resting. Protocol `http` only: a Pazpar2 knows
   * nothing of another's sessions. In a configuration it must be there; a member that is added at run time may name one that is added later. Defaults
   * to none.
   */
  readonly redirect?: string;
}

/** Limits of forwarding that count for any application. */
export type HttpForwardOptions = Pick<
  ForwardOptions,
  | keyof FailureOptions
  | 'connectTimeout'
  | 'replyTimeout'
  | 'idleTimeout'
  | 'bodyTimeout'
  | 'sendTimeout'
  | 'retryPause'
  | 'keepAliveTimeout'
  | 'maxQueue'
  | 'queueTimeout'
>;

/** Options that clusters of both protocols have. */
type CommonOptions = Pick<
  ClusterOptions,
  | 'lbMethod'
  | 'slowStart'
  | 'access'
  | 'health'
  | 'outliers'
  | 'signing'
  | 'decisionCookie'
  | 'expectUpdate'
  | 'beforeFirstUpdate'
  | 'forward'
  | 'removeAfter'
>;

/** A cluster of protocol `http`: members that serve the same web application. */
export interface HttpClusterOptions extends HttpForwardOptions, CommonOptions, StickyOptions {
  /** At least one, in the order that decides ties. */
  readonly members: readonly HttpMemberOptions[];
  /** What `forward` is used for: `redirect` sends clients there (307), `proxy` forwards their requests there. Defaults to 'redirect'. */
  readonly forwardMode?: 'redirect' | 'proxy';
  /** Members get the client's Host instead of their own. Defaults to false. */
  readonly preserveHost?: boolean;
  /** Requests in flight on one member, WebSockets included: 1 to 65535. Defaults to 4096. */
  readonly maxRequests?: number;
  /** Request bodies up to this size are held, so that they can be sent to another member: 0 to 1mb. Larger ones only as long as nothing was sent. Defaults to '64kb'. */
  readonly replayBodySize?: Size;
}

/** A cluster of protocol `http` of the gateway. */
export interface HttpGatewayClusterOptions extends HttpClusterOptions {
  /** The path under which it is served, such as "/app". It is cut off before the path of a member is put in front. */
  readonly path: string;
  readonly protocol: 'http';
}
