import type { OnReadOpts, Socket } from 'node:net';
import { readMemory } from '../read-memory.ts';

/** Connections on which no replies come any more. */
const TUNNELS = new WeakSet<Socket>();

/**
 * Reads a connection for Node's client without memory of its own for each piece: the client copies what it finds of bodies.
 *
 * @param socket asked when something has come
 */
export function replyReading(socket: () => Socket): OnReadOpts {
  const buffer = readMemory();
  return { buffer, callback: (size) => takeBytes(socket(), buffer.subarray(0, size)) };
}

/** From now on what comes is read as from any stream. */
export function readAsTunnel(socket: Socket): void {
  TUNNELS.add(socket);
}

/** Answers false to get no more for now. */
function takeBytes(socket: Socket, bytes: Buffer): boolean {
  if (TUNNELS.has(socket)) return socket.push(Buffer.from(bytes));
  socket.emit('data', bytes);
  return true;
}
