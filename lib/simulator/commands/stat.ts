import { writeDocument } from '../documents.ts';
import type { ClientState } from '../search.ts';
import type { SessionCommand } from './session-command.ts';

/** Counts of the session's search. */
export const stat: SessionCommand = (call, session) => {
  const clients = session.search?.clients ?? [];
  const active = session.activeClients;
  const count = (state: ClientState) => clients.filter((client) => client.state === state).length;
  const numbers: readonly [string, number][] = [
    ['activeclients', active],
    ['hits', clients.reduce((sum, { hits }) => sum + hits, 0)],
    ['records', clients.reduce((sum, { records }) => sum + records, 0)],
    ['clients', clients.length],
    ['unconnected', count('Client_Disconnected')],
    ['connecting', count('Client_Connecting')],
    ['working', count('Client_Working')],
    ['idle', count('Client_Idle')],
    ['failed', 0],
    ['error', count('Client_Error')],
  ];
  const progress = clients.length === 0 ? 0 : (clients.length - active) / clients.length;
  const lines = [
    ...numbers.map(([name, number]) => [name, String(number)] as const),
    ['progress', progress.toFixed(2)] as const,
  ];
  call.answer(writeDocument(['stat', [...lines.flatMap((line) => ['\n ', line]), '\n']]));
};
