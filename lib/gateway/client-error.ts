import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BalancerError, errorReply } from '../errors.ts';
import { DOCUMENT_HEADERS, DOCUMENT_TYPE, errorDocument } from '../protocol/error-document.ts';
import { OWN_REPLY_HEADERS } from './own-reply-headers.ts';

/**
 * Ends a connection on which something came that Node cannot read as a request, or took too long to come.
 *
 * @param latest the latest response on this connection
 */
export function endWithClientError(error: unknown, socket: Socket, latest: ServerResponse | undefined): void {
  // The reply under way ends the connection, and what comes behind its request is not looked at (RFC 9112, section 9.6).
  if (codeOf(error) === 'HPE_CLOSED_CONNECTION') return;
  if (codeOf(error) === 'ECONNRESET') socket.destroy();
  else if (socket.writable && mayBeAnswered(latest)) answer(socket, toBalancerError(error));
  else socket.destroySoon();
}

/**
 * Whether what cannot be read gets an answer of its own: not while a request before it waits for one, because the client would
 * take ours for that, or find it in the middle of that. Bytes that damage the very request that waits are what it is answered for.
 */
function mayBeAnswered(latest: ServerResponse | undefined): boolean {
  if (latest === undefined || latest.writableFinished) return true;
  if (latest.socket === null) return false;
  return latest.writableEnded || (!latest.req.complete && !latest.headersSent);
}

function toBalancerError(error: unknown): BalancerError {
  if (error instanceof BalancerError) return error;
  return codeOf(error) === 'HPE_HEADER_OVERFLOW'
    ? new BalancerError('HEADERS_TOO_LARGE', 'send long queries as a form POST')
    : new BalancerError('REQUEST_MALFORMED', '');
}

function answer(socket: Socket, error: BalancerError): void {
  const reply = errorReply(error);
  const body = errorDocument(reply.document.code, reply.document.msg, reply.document.detail);
  const fields = [...DOCUMENT_HEADERS, ...Object.entries(OWN_REPLY_HEADERS)];
  const headers = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(
    `HTTP/1.1 ${reply.status} ${reply.reason}\r\n${headers}Content-Type: ${DOCUMENT_TYPE}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.toString('utf8')}`,
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
