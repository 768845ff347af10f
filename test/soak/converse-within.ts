import { RawConnection } from '../helpers/raw-connection.ts';
import type { ClientSurroundings, Ending } from './client.ts';

/** Has a conversation on a connection of its own, and ends it as a hang at the limit, or when the client has lost its patience. @param patience milliseconds; undefined for a client that stays */
export async function converseWithin(
  { address, limit }: ClientSurroundings,
  patience: number | undefined,
  converse: (connection: RawConnection) => Promise<Ending>,
): Promise<Ending> {
  const connection = await RawConnection.open(Number(address.split(':')[1]));
  const timers: NodeJS.Timeout[] = [];
  const after = (milliseconds: number, ending: Ending): Promise<Ending> =>
    new Promise((resolve) => timers.push(setTimeout(() => resolve(ending), milliseconds)));
  const endings = [converse(connection), after(limit, { kind: 'hang' })];
  if (patience !== undefined) endings.push(after(patience, { kind: 'left' }));
  const ending = await Promise.race(endings);
  for (const timer of timers) clearTimeout(timer);
  connection.close();
  return ending;
}
