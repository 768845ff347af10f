import type { Socket } from 'node:net';
import { resetSocket } from '../../lib/simulator/reset-socket.ts';
import type { Fate } from './fates.ts';

const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** Fates of a WebSocket that is opened; the others meet the request for it. */
export const CONVERSING: ReadonlySet<Fate> = new Set([
  'answer',
  'late',
  'drip',
  'behindHead',
  'cut',
  'resetHalfway',
]);

/** Sends back what comes, or breaks off behind the first piece. */
export function converse(socket: Socket, fate: Fate): void {
  socket.write(SWITCHED);
  if (fate === 'behindHead') socket.end();
  socket.on('end', () => socket.end());
  socket.on('data', (chunk: Buffer) => {
    socket.write(chunk);
    if (fate === 'cut') socket.end();
    if (fate === 'resetHalfway') resetSocket(socket);
  });
}
