import type { Member } from '../cluster/member.ts';
import type { CompleteReply } from '../forward/forward-job.ts';
import { readInitReply } from '../protocol/init-reply.ts';
import { restoreSessionEcho, saysSessionLost } from '../protocol/session-echo.ts';
import { formatSessionValue } from '../sticky/session-value.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { Signature } from './session-route.ts';

/** A reply that was held back, and the session it belongs to (neither part for `init`). */
export interface HeldReply {
  readonly reply: CompleteReply;
  /** How a new session value is signed; undefined where it is not. */
  readonly signature: Signature | undefined;
  readonly session: { readonly number: string | undefined; readonly value: string | undefined };
}

/** A reply as the client gets it. */
export interface RewrittenReply extends CompleteReply {
  /** The number of the session that it hands out. */
  readonly newNumber?: string;
}

/**
 * Writes session values into a reply: the route into that of `init`, the client's own value into an error that echoes the number.
 * Everything else passes byte for byte.
 *
 * @returns 'repeated' when the member gave a number that somebody has
 */
export function rewriteReply(
  parts: ClusterParts,
  member: Member,
  { reply, session, signature }: HeldReply,
): RewrittenReply | 'repeated' {
  if (session.value === undefined) return rewriteInit(parts, member, { reply, signature });
  const { number, value } = session;
  if (saysSessionLost(reply.body)) {
    parts.reporter.sessionLost({ route: member.route, reason: 'member' });
    if (number !== undefined) parts.memory.forgot(member, number);
  }
  if (number === undefined) return reply;
  return { head: reply.head, body: restoreSessionEcho(reply.body, number, value) };
}

function rewriteInit(
  parts: ClusterParts,
  member: Member,
  { reply, signature }: Pick<HeldReply, 'reply' | 'signature'>,
): RewrittenReply | 'repeated' {
  const init = reply.head.status === 200 ? readInitReply(reply.body) : undefined;
  if (init === undefined) {
    // 417 is how Pazpar2 refuses a service or a setting: an answer like any other.
    if (reply.head.status !== 417) warnOfInitReply(parts, member, reply.head.status);
    return reply;
  }
  if (parts.isRepeated(member, init.number)) return 'repeated';
  if (init.backendId !== undefined && init.backendId !== member.route) {
    warnOfRoute(parts, member, init.backendId);
  }
  const { number } = init;
  const { route } = member;
  const tag = signature?.signer.sign({ number, route, binding: signature.binding });
  const value = formatSessionValue({ number, tag, route });
  return { head: reply.head, body: init.withSession(value), newNumber: number };
}

/** Something that is no `init` reply came for an `init`; it passes unchanged. */
export function warnOfInitReply(parts: ClusterParts, member: Member, status: number): void {
  parts.reporter.warn({
    code: 'INIT_REPLY_UNEXPECTED',
    route: member.route,
    message: `member ${member.route} answered init with status ${status} and no init document; is it a Pazpar2?`,
  });
}

function warnOfRoute(parts: ClusterParts, member: Member, backendId: string): void {
  parts.reporter.warnOnce({
    code: 'ROUTE_DIFFERS',
    route: member.route,
    message: `member ${member.route} calls itself ${JSON.stringify(backendId)} (its <server id>); session values carry the route ${member.route}`,
  });
}
