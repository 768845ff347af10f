/* oxlint-disable eslint/no-underscore-dangle, typescript/no-unsafe-type-assertion -- names of Node's own, which its types leave out; they are the same in Node 20 to 26 */
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface NodeRequest {
  _dump(): void;
  readonly _readableState: { endEmitted: boolean };
}

interface NodeResponse {
  /** Status line and headers as they are sent, once they are known. */
  _header: string | null;
  readonly _headerSent: boolean;
  /** False where a reply has none whatever it says, as to HEAD (RFC 9112, section 6.3). */
  readonly _hasBody: boolean;
}

interface NodeSocket {
  /** The response that may write on it. */
  readonly _httpMessage?: unknown;
}

const node = IncomingMessage.prototype as unknown as NodeRequest;

/** Has the rest of a request read that nobody has read, for the next one to be found behind it. */
export function readRest(request: IncomingMessage): void {
  node._dump.call(request);
}

/** Has a request that nobody reads be over. Until then Node's parser keeps it. */
export function markEnded(request: IncomingMessage): void {
  (request as unknown as NodeRequest)._readableState.endEmitted = true;
}

/** Adds a body to the head of a response, to be sent with it. Answers false where there is no head yet, it has left, or the body is framed otherwise. */
export function addBodyToHead(response: ServerResponse, body: string): boolean {
  const message = response as unknown as NodeResponse;
  if (typeof message._header !== 'string' || message._headerSent) return false;
  if (response.chunkedEncoding || !message._hasBody) return false;
  message._header += body;
  return true;
}

/** The first of the responses on a connection that is not over; undefined where all are. */
export function responseOn(socket: Duplex): ServerResponse | undefined {
  const { _httpMessage: response } = socket as NodeSocket;
  return response instanceof ServerResponse ? response : undefined;
}
