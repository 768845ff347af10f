/** How one attempt at a member ended, as far as that says something about the member. */
export type MemberOutcome =
  | {
      readonly result: 'answered';
      readonly status: number;
      /** Milliseconds to the head of the reply; undefined where the member may hold it back. */
      readonly latency: number | undefined;
    }
  | {
      readonly result: 'failed';
      /** A transport's failure kind. */
      readonly kind: string;
    };
