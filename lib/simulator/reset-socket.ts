import type { Socket } from 'node:net';

/**
 * Ends a connection with a reset (RST). One whose end was already sent is closed instead: Node cannot reset it any more, and in trying
 * would leave its handle open for ever, which keeps Node 20 from exiting (`uv_tcp_close_reset` fails, the wrapper counts as closed).
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
