import type { Member } from '../cluster/member.ts';
import { TransportFailure } from '../forward/transport.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { Figures, ReadFigures } from '../health/figures-watch.ts';
import { askMember } from './member-question.ts';

/** The counts stand at the beginning; with a thousand targets `info` has 776 kB. */
export const INFO_LIMIT = 4096;

const SESSIONS = /<sessions>(\d+)<\/sessions>/;
const CLIENTS = /<clients>(\d+)<\/clients>/;

/** Asks a Pazpar2 by `info` for its sessions and clients. */
export function readPazparFigures(upstreamOf: (member: Member) => Upstream): ReadFigures {
  return (member, done) =>
    askMember(upstreamOf(member), { query: 'command=info', limit: INFO_LIMIT }, (outcome) => {
      done(outcome instanceof TransportFailure ? undefined : figuresIn(outcome.body.toString('latin1')));
    });
}

/** The counts of an `info` reply, of which the beginning is enough; undefined for anything else. */
export function figuresIn(text: string): Figures | undefined {
  const [, sessions] = SESSIONS.exec(text) ?? [];
  const [, clients] = CLIENTS.exec(text) ?? [];
  if (sessions === undefined || clients === undefined) return undefined;
  return { sessions: Number(sessions), clients: Number(clients) };
}
