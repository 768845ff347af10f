import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import { BalancerError, errorReply } from '../errors.ts';
import type { ErrorReply } from '../errors.ts';
import { http2Stream } from '../forward/http2-message.ts';
import { DOCUMENT_HEADERS, DOCUMENT_TYPE, errorDocument } from '../protocol/error-document.ts';
import { setReason } from './client-response.ts';
import { setOwnReplyHeaders } from './own-reply-headers.ts';

/** Seconds after which a client may try again what was refused for now. */
const RETRY_AFTER = '5';

/** Error codes from here on are ours; those below are Pazpar2's own, and look as from Pazpar2. */
const FIRST_OWN_CODE = 200;

// A client that is still sending does not read; one that is cut off never sees why.
const LINGER_MS = 1000;

/** What an error looks like to a client. */
interface ErrorForm {
  readonly type: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: (reply: ErrorReply, error: unknown) => Buffer;
}

const PAZPAR_FORM: ErrorForm = {
  type: DOCUMENT_TYPE,
  headers: DOCUMENT_HEADERS,
  body: ({ document }) => errorDocument(document.code, document.msg, document.detail),
};

/** Problem details (RFC 9457), for clients of any application. */
const PROBLEM_FORM: ErrorForm = {
  type: 'application/problem+json',
  headers: [['Cache-Control', 'no-store']],
  body: ({ status, document }, error) =>
    Buffer.from(
      `${JSON.stringify({
        title: document.msg,
        status,
        ...(document.detail === '' ? {} : { detail: document.detail }),
        code: error instanceof BalancerError ? error.code : 'INTERNAL',
      })}\n`,
    ),
};

/** Answers a request with an error in the form that Pazpar2's clients read. Returns the body's size. */
export function respondWithError(request: IncomingMessage, response: ServerResponse, error: unknown): number {
  return respond(request, response, error, PAZPAR_FORM);
}

/** The same in a form that clients of any application may read. */
export function respondWithProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): number {
  return respond(request, response, error, PROBLEM_FORM);
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  form: ErrorForm,
): number {
  const reply = errorReply(error);
  const body = form.body(reply, error);
  response.statusCode = reply.status;
  setReason(response, reply.reason);
  for (const [name, value] of form.headers) response.setHeader(name, value);
  // In Pazpar2's order: a forged session value is answered byte by byte as one whose session the member does not know.
  response.setHeader('Content-Length', body.length);
  response.setHeader('Content-Type', form.type);
  if (reply.document.code >= FIRST_OWN_CODE) setOwnReplyHeaders(response);
  if (reply.passes) response.setHeader('Retry-After', RETRY_AFTER);
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  finish(request, response, reply, request.method === 'HEAD' ? undefined : body);
  return request.method === 'HEAD' ? 0 : body.length;
}

function finish(
  request: IncomingMessage,
  response: ServerResponse,
  reply: ErrorReply,
  body: Buffer | undefined,
): void {
  const stream = http2Stream(response);
  if (stream !== undefined) {
    endStream(stream, response, body);
    return;
  }
  if (!reply.closes) {
    response.end(body);
    return;
  }
  response.setHeader('Connection', 'close');
  if (request.complete || request.destroyed) {
    response.end(body);
    return;
  }
  if (body === undefined) response.flushHeaders();
  else response.write(body);
  // Node's parser may refuse the body within this turn and destroy the connection: what waits for the next one would be lost.
  response.socket?.uncork();
  lingerUntilSent(request, () => response.end());
}

/** Others share the connection; what is still sent of a body that nobody reads is called off (RFC 9113, 8.1). */
function endStream(stream: ServerHttp2Stream, response: ServerResponse, body: Buffer | undefined): void {
  response.end(body);
  if (!stream.endAfterHeaders) stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
}

function lingerUntilSent(request: IncomingMessage, done: () => void): void {
  const socket = request.socket;
  const end = (): void => {
    request.off('end', end).off('close', end);
    socket.setTimeout(0, end);
    done();
  };
  request.on('end', end).on('close', end);
  socket.setTimeout(LINGER_MS, end);
  request.resume();
}
