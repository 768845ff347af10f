import type { DecisionKey } from '../sticky/decision-cookie.ts';

/** A cookie by which backends steer the balancer: it names the member that a client's new session goes to, or another cluster. */
export interface DecisionCookieOptions {
  /** Letters, digits, "_", ".", "~" and "-", at most 64. Defaults to 'balancer-decision'. */
  readonly name?: string;
  /** Secrets shared with those who may steer; each verifies. At least 22 characters each. */
  readonly keys: readonly DecisionKey[];
  /** Members of protocol `http` do not see the cookie. (Pazpar2 sees none.) Defaults to false. */
  readonly strip?: boolean;
}
