import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { constants } from 'node:http2';
import { pieceMemory } from '../forward/piece-memory.ts';
import { http2Stream } from '../forward/http2-message.ts';
import { endToEndHeaders } from '../forward/reply-headers.ts';
import type { ReplyHead } from '../forward/transport.ts';
import { addBodyToHead } from './node-message.ts';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** A response of a server of our own: no application sets its headers, or reads them when they have left. */
export class OwnResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** What the client is told of how long its connection is kept (RFC 2068, 19.7.1.1); nothing when undefined. */
  keepAlive: string | undefined;

  /** @param headers or instead of the reason; a list of name, value, … may be added to */
  override writeHead(statusCode: number, reason?: string | Headers, headers?: Headers): this {
    if (this.keepAlive !== undefined && this.shouldKeepAlive)
      this.#sayKept(this.keepAlive, headers ?? reason);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of one of several signatures
    return super.writeHead(statusCode, reason as string, headers);
  }

  /**
   * Ends a response whose head is written. The body leaves with the head, as if it were a part of it: Node keeps the pieces of a response
   * until it has all, and below 24 counts the end as another one.
   *
   * @param body in latin1, which keeps each byte as it is
   */
  endWith(body: string): void {
    if (addBodyToHead(this, body)) this.end();
    else this.end(body, 'latin1');
  }

  #sayKept(keepAlive: string, headers: string | Headers | undefined): void {
    if (Array.isArray(headers)) headers.push('Keep-Alive', keepAlive);
    else if (!this.hasHeader('connection')) this.setHeader('Keep-Alive', keepAlive);
  }
}

// Most replies but `show`, `termlist`, `bytarget` and `record`. Above, copying costs more than it saves.
const SMALL_BODY_BYTES = 4096;

const WRITERS = ['write', 'end'] as const;

/** Gives a response the status and the headers of a member's reply. */
export function writeReplyHead(response: ServerResponse, { status, reason, headers }: ReplyHead): void {
  setReason(response, reason);
  if (response instanceof OwnResponse && isUnobserved(response) && response.getHeaderNames().length === 0) {
    // Faster, because Node does not keep the headers. Of those that were set before, Node 20 would lose some.
    response.writeHead(status, endToEndHeaders(headers));
    return;
  }
  response.statusCode = status;
  setHeaders(response, endToEndHeaders(headers));
}

/** Sets the reason phrase where there is one: HTTP/2 has none (RFC 9113, 8.3.2), and Node warns of whoever sets it. */
export function setReason(response: ServerResponse, reason: string): void {
  if (http2Stream(response) === undefined) response.statusMessage = reason;
}

/** Sends the head, before any body has come. */
export function flushHead(response: ServerResponse): void {
  const isHttp1 = http2Stream(response) === undefined;
  // Alone, Node sends it in UTF-8, and its headers are bytes.
  if (isHttp1 && writesItself(response)) response.write('', 'latin1');
  else response.flushHeaders();
}

/** Sets what comes behind the body. @param trailers name, value, … */
export function addTrailers(response: ServerResponse, trailers: readonly string[]): void {
  const fields: Record<string, string[]> = {};
  for (let index = 0; index + 1 < trailers.length; index += 2) {
    (fields[trailers[index] ?? ''] ??= []).push(trailers[index + 1] ?? '');
  }
  if (trailers.length > 0) response.addTrailers(fields);
}

/** Cuts the connection, of HTTP/2 only the stream, so that a reply which ended too early is not taken for a complete one. */
export function cutOff(response: ServerResponse): void {
  const stream = http2Stream(response);
  if (stream === undefined) response.destroy();
  else stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}

/** Ends a response with its whole body. */
export function endWithBody(response: ServerResponse, body: Buffer): void {
  const isHttp1 = http2Stream(response) === undefined;
  if (body.length <= SMALL_BODY_BYTES && isHttp1 && isUnobserved(response)) {
    // Head and body leave as one string, which Node writes faster than two pieces. Latin1 keeps each byte as it is.
    const text = body.toString('latin1');
    if (response instanceof OwnResponse) response.endWith(text);
    else response.end(text, 'latin1');
  } else if (mayGiveBack(response, body)) {
    writePiece(response, body);
    response.end();
  } else {
    response.end(body);
  }
}

/**
 * Writes a piece of the body. Its memory is used again when it has left, unless somebody between here and the connection may have kept it.
 *
 * @returns false while the client is behind
 */
export function writePiece(response: ServerResponse, piece: Buffer): boolean {
  if (!mayGiveBack(response, piece)) return response.write(piece);
  return response.write(piece, (error) => {
    if (error == null) pieceMemory.giveBack(piece);
  });
}

function mayGiveBack(response: ServerResponse, piece: Buffer): boolean {
  return pieceMemory.isLent(piece) && writesItself(response);
}

function writesItself(response: ServerResponse): boolean {
  return WRITERS.every((name) => response[name] === ServerResponse.prototype[name]);
}

/** False where a compressing or logging middleware looks at what is written. */
function isUnobserved(response: ServerResponse): boolean {
  return !Object.hasOwn(response, 'writeHead') && !Object.hasOwn(response, 'end');
}

function setHeaders(response: ServerResponse, headers: readonly string[]): void {
  const seen = new Set<string>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (seen.has(lower)) response.appendHeader(name, value);
    else response.setHeader(name, value);
    seen.add(lower);
  }
}
