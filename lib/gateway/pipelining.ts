import type { ServerResponse } from 'node:http';

/**
 * Calls back when nothing stands before this response on its connection: at once, but for a request that its client sent without
 * waiting for the reply to the one before (RFC 9112, section 9.3.2).
 *
 * Pazpar2 takes such requests one after the other as well, and `search` before `show` must stay that. A response without its
 * turn would not even hear that the client has gone; one whose turn never comes is forgotten with its connection.
 */
export function whenItsTurn(response: ServerResponse, begin: () => void): void {
  if (response.socket === null) response.once('socket', begin);
  else begin();
}
