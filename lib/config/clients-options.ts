import type { Duration } from './duration.ts';

/** Connections of clients to a listener, whatever is asked on them. Each listener counts for itself. */
export interface ClientsOptions {
  /**
   * Open connections: 10 to 1000000. For one more, that one is closed which has been without a complete request for the longest time;
   * the new one where there is none. Defaults to 10000.
   */
  readonly maxConnections?: number;
  /** Longest time from a new connection, or from the first byte of a later request, to the end of the request's head: 1s to 10m. Defaults to '20s'. */
  readonly headersTimeout?: Duration;
  /** How long a connection is kept without a request. Keep it above that of proxies in front: 1s to 1h. Defaults to '75s'. */
  readonly keepAliveTimeout?: Duration;
}
