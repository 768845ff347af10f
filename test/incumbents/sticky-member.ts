/** Where every balancer of the tests serves Pazpar2. */
export const ENDPOINT = '/pazpar2/search.pz2';

/** A server that appends its route to the session values of `init`, on 127.0.0.1. */
export interface StickyMember {
  readonly route: string;
  readonly port: number;
}
