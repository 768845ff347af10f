/* oxlint-disable eslint/no-underscore-dangle, typescript/no-unsafe-type-assertion -- names of Node's own, which its types leave out; they are the same in Node 20 to 26 */
import { IncomingMessage, type OutgoingMessage } from 'node:http';

interface NodeRequest {
  _dump(): void;
  readonly _readableState: { endEmitted: boolean };
}

interface NodeResponse {
  /** Status line and headers as they are sent, once they are known. */
  _header: string | null;
  readonly _headerSent: boolean;
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

/** Adds to the head of a response, to be sent with it. Answers false where there is none yet or it has left. */
export function addToHead(response: OutgoingMessage, text: string): boolean {
  const message = response as unknown as NodeResponse;
  if (typeof message._header !== 'string' || message._headerSent) return false;
  message._header += text;
  return true;
}
