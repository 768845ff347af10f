import type { RawConnection } from '../helpers/raw-connection.ts';
import { converseWithin } from './converse-within.ts';
import type { ClientSurroundings, Ending } from './client.ts';
import { messageOf } from './fates.ts';
import { endingOf } from './pipelined-client.ts';
import { argumentsOf, type PlannedRequest } from './request-plan.ts';

const MESSAGES = 4;
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c29ha3NvYWtzb2Frc29hNA==\r\n';
/** What a conversation is called of which every message came back. */
export const ECHOED = 'echoed';

/** Opens a WebSocket and sends messages, each when the one before has come back. Ends as a reply with status 101 when all came back. */
export function performWebSocket(planned: PlannedRequest, surroundings: ClientSurroundings): Promise<Ending> {
  const patience = planned.leaves === 'waiting' ? planned.patience : undefined;
  return converseWithin(surroundings, patience, (connection) => converse(connection, planned));
}

async function converse(connection: RawConnection, planned: PlannedRequest): Promise<Ending> {
  connection.get(argumentsOf(planned).toString(), UPGRADE);
  if (planned.leaves === 'writing') return { kind: 'left' };
  try {
    const reply = endingOf(await connection.reply());
    if (reply.status !== 101) return reply;
    const heard = await talk(connection, planned);
    return heard === undefined ? { kind: 'left' } : { ...reply, body: heard };
  } catch {
    return { kind: 'cut' };
  }
}

/**
 * @returns undefined for a client that has enough
 * @throws when the connection ends before all came back
 */
async function talk(
  connection: RawConnection,
  { n, size, leaves, tears }: PlannedRequest,
): Promise<string | undefined> {
  let expected = '';
  for (let index = 0; index < MESSAGES; index += 1) {
    const message = messageOf(n, index, size / MESSAGES);
    expected += message;
    connection.send(message);
    const received = await connection.until(new RegExp(`^[^]{${expected.length}}`));
    if (received !== expected) return `${received.slice(-500)} in the place of ${expected.slice(-500)}`;
    if (leaves === 'reading') return undefined;
  }
  if (tears) return ECHOED;
  // The other side ends when this one has.
  connection.halfClose();
  await connection.end();
  return ECHOED;
}
