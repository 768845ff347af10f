import { pino } from 'pino';
import { LogBlocks } from '../../../lib/cli/log-blocks.ts';
import type { StickyMember } from '../../incumbents/sticky-member.ts';

/** What a candidate's process is told. */
export interface CandidateArguments {
  readonly port: number;
  readonly members: readonly StickyMember[];
  /** File of the access log. */
  readonly accessLog: string;
}

/** Reads what `startNodeCandidate` passed on. */
export function candidateArguments(): CandidateArguments {
  // A signal alone would end the process before a profile is written.
  process.on('SIGTERM', () => process.exit());
  return JSON.parse(process.argv[2] ?? '') as CandidateArguments;
}

/** An access log, written in blocks as the gateway program does it. */
export function accessLog(file: string): { write(line: string): void } {
  const destination = pino.destination({ dest: file, sync: false, minLength: 1 });
  const blocks = new LogBlocks((block) => void destination.write(block));
  return { write: (line) => blocks.add(line) };
}

/** The member that a request's session value names, else each in turn. */
export function memberChoice<Member extends StickyMember>(
  members: readonly Member[],
): (url: string) => Member {
  let turn = 0;
  return (url) => {
    const route = /[?&]session=[^&.]*\.([^&]*)/.exec(url)?.[1];
    const member = members.find((one) => one.route === route) ?? members[(turn += 1) % members.length];
    if (member === undefined) throw new TypeError('no members');
    return member;
  };
}
