import type { Duration } from './duration.ts';

/** What failures of members lead to. Which command may be sent again at all, and where, is Pazpar2's matter and no option. */
export interface FailureOptions {
  /** How long new sessions leave a member alone that refused or failed: 0 to 1h. Defaults to '60s'. */
  readonly retry?: Duration;
  /**
   * A member that fails again when that time is over is left alone twice as long, and so on, but never longer than this: 0 to 24h. Below `retry`
   * the time does not grow. Defaults to '5m'.
   */
  readonly maxRetry?: Duration;
  /**
   * Attempts of one request in all, the first one included: 1 to 8. With 1, a session whose server is gone hears 503 instead of 417 until the server is back, for it
   * takes two refusals to prove that it is lost. Defaults to 8.
   */
  readonly maxAttempts?: number;
  /**
   * Attempts beyond the first of each request, as a share of the requests of the latest ten seconds, so that retries do not multiply an outage:
   * 0 to 1. Ten a second are always allowed. Defaults to 0.5.
   */
  readonly retryBudget?: number;
  /**
   * Statuses of replies after which a member is left alone, though the client gets the reply: numbers, or ranges such as "502-504". Only statuses
   * from 500, because clients cause others. Defaults to none.
   */
  readonly failOnStatus?: readonly (number | string)[];
  /** Whether a member is left alone that did not answer in time. Defaults to true. */
  readonly failOnTimeout?: boolean;
  /** Whether members that are left alone are tried all the same when there are no others. Defaults to true. */
  readonly forceRecovery?: boolean;
}
