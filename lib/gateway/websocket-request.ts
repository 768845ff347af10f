import type { IncomingMessage } from 'node:http';
import { announcesBody } from '../forward/request-body.ts';
import { asksForWebSocket } from '../protocol/http/hop-by-hop.ts';

/** True for the opening handshake of a WebSocket (RFC 6455, section 4.1). */
export function isWebSocketRequest(request: IncomingMessage): boolean {
  return request.method === 'GET' && asksForWebSocket(request.rawHeaders) && !announcesBody(request);
}
