import type { Member } from '../cluster/member.ts';
import { Least } from './least.ts';

/** Tells how many sessions live on a member. */
export type CountSessions = (member: Member) => number;

/**
 * Fewest live sessions per load factor, `init` requests on their way included. For Pazpar2 a session is minutes of work, so this evens
 * out what members really carry, also after one was away.
 */
export class BySessions extends Least {
  constructor(countSessions: CountSessions) {
    super('bysessions', (member) => (countSessions(member) + member.load.busy) / member.loadFactorHundredths);
  }
}
