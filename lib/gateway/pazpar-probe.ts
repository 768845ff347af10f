import type { Member } from '../cluster/member.ts';
import { TransportFailure } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { Probe, ProbeResult } from '../health/probe.ts';
import { saysError } from '../protocol/error-document.ts';
import { failureWords } from '../forward/failure-words.ts';
import { askMember } from './member-question.ts';
import type { MemberAnswer } from './member-question.ts';

/** A session that never is: Pazpar2 makes numbers of the time. Asking for it creates nothing and takes 0.2 ms. */
const QUERY = 'command=ping&session=0';

/** Far more than an error document takes. */
const LIMIT = 4096;

/**
 * Asks a Pazpar2 for a session that it cannot have. Its own error document proves that it accepts, parses, and goes round its event
 * loop; a connection alone would prove nothing, because a Pazpar2 at its socket limit accepts and closes.
 */
export function pazparProbe(upstreamOf: (member: Member) => Upstream): Probe {
  return (member, done) =>
    askMember(upstreamOf(member), { query: QUERY, limit: LIMIT }, (outcome) => done(judge(outcome)));
}

function judge(outcome: MemberAnswer | TransportFailure): ProbeResult {
  if (outcome instanceof TransportFailure) return { ok: false, reason: failureWords(outcome.kind) };
  const { head, body } = outcome;
  if (head.status !== 417) return { ok: false, reason: `answered with status ${head.status}` };
  if (!saysError(body)) return { ok: false, reason: 'answered without an error document; is it a Pazpar2?' };
  return { ok: true };
}
