/** What failures lead to, for any protocol; which requests may be sent again at all is the protocol's own matter. Times in milliseconds. */
export interface FailureSettings {
  /** How long new sessions leave a member alone that refused or failed. */
  readonly retry: number;
  /** The same at most, while it fails again each time that it is tried. */
  readonly maxRetry: number;
  /** Attempts of one request in all, the first one included. */
  readonly maxAttempts: number;
  /** Retries of all requests, as a share of them: 0 to 1. */
  readonly retryBudget: number;
  /** Statuses of replies after which a member is left alone; both ends are included. */
  readonly failOnStatus: readonly (readonly [number, number])[];
  /** Whether a member is left alone that did not answer in time. */
  readonly failOnTimeout: boolean;
  /** Whether members that are left alone are tried when there are no others. */
  readonly forceRecovery: boolean;
}

/** True for a reply by which its member has failed. */
export function isFailingStatus(
  { failOnStatus }: Pick<FailureSettings, 'failOnStatus'>,
  status: number,
): boolean {
  return failOnStatus.some(([from, to]) => status >= from && status <= to);
}
