import type { IncomingMessage, ServerResponse } from 'node:http';
import { http2Stream } from './http2-message.ts';

const EXPECTED = '100-continue';
const CONTINUE = 100;

/** Requests whose clients wait for 100 Continue before they send the body, each with its response. */
const WAITING = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Remembers that a client waits for 100 Continue (RFC 9110, section 10.1.1), if it does: a server without listener for `checkContinue` has
 * said it by now. Where it is never said, Node closes the client's connection behind the reply.
 */
export function noteExpectation(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect === undefined) return;
  if (isOpen(request, response)) WAITING.set(request, response);
}

/** True while the client waits to be asked for the body. */
export function isBodyWithheld(request: IncomingMessage): boolean {
  return WAITING.has(request);
}

/** Says 100 Continue to a client that waits for it: its body will be read. */
export function askForBody(request: IncomingMessage): void {
  const response = WAITING.get(request);
  if (response === undefined) return;
  WAITING.delete(request);
  if (!response.headersSent && !response.destroyed) response.writeContinue();
}

function isOpen({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const stream = http2Stream(response);
  if (stream === undefined) {
    // What Node itself goes by, and tells nobody. Without these fields all is as if 100 had been said.
    return Reflect.get(response, '_expect_continue') === true && Reflect.get(response, '_sent100') === false;
  }
  const isSaid = (stream.sentInfoHeaders ?? []).some((sent) => sent[':status'] === CONTINUE);
  return headers.expect?.toLowerCase() === EXPECTED && !isSaid;
}
