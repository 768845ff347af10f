import type { FailureSettings } from './failure-settings.ts';

/** Limits of forwarding, per cluster. Times in milliseconds, sizes in bytes. */
export interface ForwardSettings extends FailureSettings {
  /** TCP (and TLS) connect. */
  readonly connectTimeout: number;
  /** From the request sent to the head of the reply, for commands that do not block. */
  readonly replyTimeout: number;
  /** The same for commands that may block. */
  readonly blockingReplyTimeout: number;
  /** Between two pieces of a reply's body. */
  readonly idleTimeout: number;
  /** For the body of a request to arrive. */
  readonly bodyTimeout: number;
  /** For the client to take what it was sent, each time it is behind. */
  readonly sendTimeout: number;
  /** Over all attempts, pauses and queues of one request. */
  readonly requestTimeout: number;
  /** Pause before a request is sent to the same member again. */
  readonly retryPause: number;
  /** How long a kept connection may idle. */
  readonly keepAliveTimeout: number;
  /** Requests in flight on one member whose command may block. */
  readonly maxBlocking: number;
  /** Other requests in flight on one member. */
  readonly maxQuick: number;
  /** Requests that wait for one member, for each of the two kinds. */
  readonly maxQueue: number;
  /** How long one of them waits. */
  readonly queueTimeout: number;
  /** `init` requests that go to one member within any second (Pazpar2 repeats numbers beyond 256). */
  readonly maxInitRate: number;
  /** Request bodies. */
  readonly maxBodySize: number;
}
