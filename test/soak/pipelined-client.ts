import type { RawConnection, RawReply } from '../helpers/raw-connection.ts';
import { converseWithin } from './converse-within.ts';
import type { ClientSurroundings, Ending, ReplyEnding } from './client.ts';
import { answerBody } from './fates.ts';
import { argumentsOf, type PlannedRequest } from './request-plan.ts';

const FOLLOWER_SIZE = 50;

/** Sends a request and two more behind it, without waiting for the first reply. Ends as the first one does, or as one that got a foreign reply. */
export function performPipelined(planned: PlannedRequest, surroundings: ClientSurroundings): Promise<Ending> {
  const patience = planned.leaves === undefined ? undefined : planned.patience;
  return converseWithin(surroundings, patience, (connection) => converse(connection, planned));
}

async function converse(connection: RawConnection, planned: PlannedRequest): Promise<Ending> {
  const follower = { ...planned, command: 'stat', fate: 'answer', size: FOLLOWER_SIZE } as const;
  const asked = [planned, follower, follower];
  for (const request of asked) connection.get(argumentsOf(request).toString());
  try {
    const replies: RawReply[] = [];
    while (replies.length < asked.length) replies.push(await connection.reply());
    const [first, ...followers] = replies.map(endingOf);
    const own = answerBody(planned.n, FOLLOWER_SIZE);
    const foreign = followers.find(({ status, body }) => status === 200 && body !== own);
    return foreign ?? first ?? { kind: 'cut' };
  } catch {
    return { kind: 'cut' };
  }
}

/** A reply as an ending. */
export function endingOf({ head, statusLine, body }: RawReply): ReplyEnding {
  const headers = Object.fromEntries(
    Array.from(head.matchAll(/^([^:\r\n]+): (.*)\r$/gm), ([, name = '', value = '']) => [
      name.toLowerCase(),
      value,
    ]),
  );
  return { kind: 'reply', status: Number(statusLine.split(' ')[1]), headers, body };
}
