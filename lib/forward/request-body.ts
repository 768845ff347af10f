import type { IncomingMessage } from 'node:http';
import { BalancerError } from '../errors.ts';
import { askForBody } from './expectation.ts';
import { http2Stream } from './http2-message.ts';

/** A request whose body somebody before us may have read: Express's parsers leave what they made of it in `body`. */
export interface MaybeParsedRequest extends IncomingMessage {
  readonly body?: unknown;
}

/** U+FFFD stands where bytes were lost. */
const LOST = /\uFFFD/;
/** What stands for other bytes in another charset than UTF-8. */
const NOT_ASCII = /[^\p{ASCII}]/u;
/** An escape that is left over means that the parser could not decode it, or that the client escaped twice; who knows. */
const ESCAPE = /%[0-9A-Fa-f]{2}/;

/** True when the request's framing announces a body (RFC 9112, 6.3; RFC 9113, 8.1). */
export function announcesBody(request: IncomingMessage): boolean {
  const stream = http2Stream(request);
  if (stream !== undefined) return !stream.endAfterHeaders;
  if (request.headers['transfer-encoding'] !== undefined) return true;
  const length = request.headers['content-length'];
  return length !== undefined && length !== '0';
}

/**
 * The body's bytes, read here or, where a parser was faster, made again from what it left.
 *
 * @throws BalancerError BODY_TOO_LARGE, REQUEST_MALFORMED when the client stops in the middle, BODY_ALREADY_READ when the bytes
 *   cannot be known any more.
 */
export async function requestBody(request: MaybeParsedRequest, limit: number): Promise<Buffer> {
  const body = request.readableDidRead ? bodyFromParser(request) : await readStream(request, limit);
  if (body.length > limit) throw tooLarge(limit);
  return body;
}

/** Whether the body has a byte, whatever its kind and whoever read it. Throws as `requestBody`, but not BODY_ALREADY_READ. */
export async function hasBody(request: MaybeParsedRequest, limit: number): Promise<boolean> {
  if (!request.readableDidRead) return (await readStream(request, limit)).length > 0;
  const { body } = request;
  return typeof body === 'string' ? body !== '' : Object.keys(Object(body)).length > 0;
}

function readStream(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > limit) {
      reject(tooLarge(limit));
      return;
    }
    if (request.destroyed) {
      reject(endedTooEarly());
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) finish(() => reject(tooLarge(limit)));
    };
    // A body of HTTP/2 that is cut ends in Node as if it were complete, but only after it is closed.
    const onEnd = (): void => finish(() => resolve(Buffer.concat(chunks)));
    const onClose = (): void => finish(() => reject(endedTooEarly()));
    const finish = (settle: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    askForBody(request);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Only what certainly has the same meaning as the bytes that were read is taken. */
function bodyFromParser({ body, headers }: MaybeParsedRequest): Buffer {
  if (Buffer.isBuffer(body)) return body;
  const uncertain = isUtf8(headers['content-type']) ? LOST : NOT_ASCII;
  if (typeof body === 'string') {
    if (uncertain.test(body)) throw alreadyRead();
    return Buffer.from(body, 'utf8');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw alreadyRead();
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (typeof one !== 'string') throw alreadyRead();
      if ([name, one].some((text) => uncertain.test(text) || ESCAPE.test(text))) throw alreadyRead();
      form.append(name, one);
    }
  }
  return Buffer.from(form.toString(), 'latin1');
}

/** How a parser decodes what names no other charset. */
function isUtf8(contentType: string = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

function alreadyRead(): BalancerError {
  return new BalancerError('BODY_ALREADY_READ', 'mount the balancer before the body parser');
}

function endedTooEarly(): BalancerError {
  return new BalancerError('REQUEST_MALFORMED', 'the body ended too early');
}

function tooLarge(limit: number): BalancerError {
  return new BalancerError('BODY_TOO_LARGE', `at most ${limit} bytes are taken`);
}
