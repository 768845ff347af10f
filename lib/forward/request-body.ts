import type { IncomingMessage } from 'node:http';
import { BalancerError } from '../errors.ts';

/** A request whose body somebody before us may have read: Express's parsers leave what they made of it in `body`. */
export interface MaybeParsedRequest extends IncomingMessage {
  readonly body?: unknown;
}

/** True when the request's framing announces a body (RFC 9112, 6.3). */
export function announcesBody(request: IncomingMessage): boolean {
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
  const body = request.readableDidRead ? bodyFromParser(request.body) : await readStream(request, limit);
  if (body.length > limit) throw tooLarge(limit);
  return body;
}

function readStream(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > limit) {
      reject(tooLarge(limit));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) finish(() => reject(tooLarge(limit)));
    };
    const onEnd = (): void => finish(() => resolve(Buffer.concat(chunks)));
    const onClose = (): void =>
      finish(() => reject(new BalancerError('REQUEST_MALFORMED', 'the body ended too early')));
    const finish = (settle: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Only what certainly has the same meaning as the bytes that were read is taken. */
function bodyFromParser(parsed: unknown): Buffer {
  if (Buffer.isBuffer(parsed)) return parsed;
  if (typeof parsed === 'string') return Buffer.from(intact(parsed), 'utf8');
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw alreadyRead();
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (typeof one !== 'string') throw alreadyRead();
      form.append(undamaged(name), undamaged(one));
    }
  }
  return Buffer.from(form.toString(), 'latin1');
}

/** U+FFFD stands where bytes were lost. */
function intact(text: string): string {
  if (text.includes('\uFFFD')) throw alreadyRead();
  return text;
}

/** An escape that is left over means that the parser could not decode it, or that the client escaped twice; who knows. */
function undamaged(text: string): string {
  if (/%[0-9A-Fa-f]{2}/.test(text)) throw alreadyRead();
  return intact(text);
}

function alreadyRead(): BalancerError {
  return new BalancerError('BODY_ALREADY_READ', 'mount the balancer before the body parser');
}

function tooLarge(limit: number): BalancerError {
  return new BalancerError('BODY_TOO_LARGE', `at most ${limit} bytes are taken`);
}
