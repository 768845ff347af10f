import type { Duplex } from 'node:stream';
import { responseOn } from './node-message.ts';

/**
 * Calls back when all is answered that came before a handshake on its connection; not when that ends before. Node tells of a handshake at
 * once and leaves the connection to whoever hears of it, with what else is to be written there.
 */
export function whenItsTurn(socket: Duplex, serve: () => void): void {
  const before = responseOn(socket);
  if (before === undefined) {
    serve();
    return;
  }
  const passOn = (): void => void before.emit('drain');
  // A client that leaves is heard of by the response.
  socket.on('drain', passOn).on('error', ignore);
  before.once('close', () => {
    socket.off('drain', passOn);
    if (!socket.writable) return;
    socket.off('error', ignore);
    whenItsTurn(socket, serve);
  });
}

function ignore(): void {}
