import { IncomingMessage } from 'node:http';
import { announcesBody } from '../forward/request-body.ts';
import { asksForWebSocket } from '../protocol/http/hop-by-hop.ts';

/**
 * A request of which Node hears that it asks for another protocol only when that is WebSocket. A server that listens to `upgrade` gets all such
 * requests there, without their bodies, and clients ask for HTTP/2 like that with every request (`Upgrade: h2c`): those are to be answered as if
 * they had not asked (RFC 9110, section 7.8).
 */
export class WebSocketRequest extends IncomingMessage {
  // Node sets it within its constructor, so there must be no field of ours yet.
  declare private asksToSwitch: boolean | null;

  get upgrade(): boolean {
    return this.asksToSwitch === true && isWebSocketRequest(this);
  }

  set upgrade(asked: boolean | null) {
    this.asksToSwitch = asked;
  }
}

/** True for the opening handshake of a WebSocket (RFC 6455, section 4.1). */
export function isWebSocketRequest(request: IncomingMessage): boolean {
  return request.method === 'GET' && asksForWebSocket(request.rawHeaders) && !announcesBody(request);
}
