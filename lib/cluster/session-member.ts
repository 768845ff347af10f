import type { Cluster } from './cluster.ts';
import type { Member } from './member.ts';

/** Who serves a session, as its route says. */
export type SessionPlace =
  /** Its own member. */
  | { readonly kind: 'own'; readonly member: Member }
  /** The one that its member's `redirect` names, because its own cannot serve. */
  | { readonly kind: 'redirected'; readonly member: Member }
  /** Nobody now: its own member is down or rests after a failure, but may be tried all the same. */
  | { readonly kind: 'unwell'; readonly member: Member }
  /** Nobody: its own member is disabled or stopped. */
  | { readonly kind: 'unserved' }
  /** There is no member with this route. */
  | { readonly kind: 'unknown' };

const NOBODY: ReadonlySet<Member> = new Set();

/**
 * Finds the member of an application's session. Draining, spare and standby members and those of other sets serve their sessions; where
 * one cannot, `redirect` leads on from member to member, and a circle leads nowhere (Apache's rules, vectors st-G to st-K).
 *
 * @param now monotonic milliseconds
 * @param tried who has failed to answer already
 */
export function placeOfSession(
  cluster: Cluster,
  route: string,
  now: number,
  tried: ReadonlySet<Member> = NOBODY,
): SessionPlace {
  const own = cluster.byRoute(route);
  if (own === undefined) return { kind: 'unknown' };
  const canServe = (member: Member): boolean => !tried.has(member) && serves(member, now);
  if (canServe(own)) return { kind: 'own', member: own };
  const member = redirectedFrom(own, cluster, canServe);
  if (member !== undefined) return { kind: 'redirected', member };
  return own.state.servesSessions() ? { kind: 'unwell', member: own } : { kind: 'unserved' };
}

function redirectedFrom(
  own: Member,
  cluster: Cluster,
  canServe: (member: Member) => boolean,
): Member | undefined {
  const seen = new Set([own]);
  let member: Member | undefined = own;
  while (member?.settings.redirect !== undefined) {
    member = cluster.byRoute(member.settings.redirect);
    if (member === undefined || seen.has(member)) return undefined;
    if (canServe(member)) return member;
    seen.add(member);
  }
  return undefined;
}

function serves({ state }: Member, now: number): boolean {
  return state.servesSessions() && state.health === 'up' && !state.isResting(now);
}
