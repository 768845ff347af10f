import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Joins two connections until both are closed: what one side ends, the other is ended by, after what was on its way has left.
 *
 * @param closed called once, when the second side has closed
 */
export function joinConnections(client: Duplex, member: Socket, closed: () => void): void {
  let open = 2;
  const onClose = (other: Duplex): void => {
    open -= 1;
    if (open === 0) closed();
    else endSoon(other);
  };
  client.on('error', () => undefined).on('close', () => onClose(member));
  member.on('error', () => undefined).on('close', () => onClose(client));
  // A tunnel may be silent for as long as it likes; that its other end is gone is found by TCP.
  member.setTimeout(0);
  member.setKeepAlive(true);
  client.pipe(member);
  member.pipe(client);
}

/** Closes when all that was written has left. */
function endSoon(stream: Duplex): void {
  if (stream.destroyed) return;
  stream.once('finish', () => stream.destroy());
  if (stream.writableFinished) stream.destroy();
  else stream.end();
}
