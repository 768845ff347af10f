import { request as startPlain, type IncomingHttpHeaders } from 'node:http';
import { request as startSecure, type RequestOptions } from 'node:https';
import { TEST_AUTHORITY } from './certificates.ts';

/** A complete reply. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as UTF-8. */
  readonly text: string;
}

/** What is asked, beside the URL. */
export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with a Content-Length, or in chunks when it is a list. */
  readonly body?: string | Buffer | readonly string[];
  /** For https; the authority of the tests is trusted. */
  readonly tls?: Pick<RequestOptions, 'cert' | 'key'>;
}

/** Sends one request on a connection of its own and reads the reply to its end. Rejects when that is cut. */
export function call(url: string, { method, headers = {}, body, tls }: Call = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunked = Array.isArray(body);
    const length =
      typeof body === 'string' || Buffer.isBuffer(body)
        ? { 'Content-Length': String(Buffer.byteLength(body)) }
        : undefined;
    const start = url.startsWith('https:') ? startSecure : startPlain;
    const request = start(url, {
      ca: TEST_AUTHORITY,
      ...tls,
      agent: false,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...length, ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        const { statusCode: status = 0, statusMessage: reason = '', headers: replyHeaders } = response;
        resolve({ status, reason, headers: replyHeaders, body: whole, text: whole.toString('utf8') });
      });
    });
    if (chunked) for (const piece of body as readonly string[]) request.write(piece);
    else if (body !== undefined) request.write(body);
    request.end();
  });
}

/** Sends a form as pz2.js does when an address gets too long: everything in the body. */
export function postForm(url: string, form: string, headers: Readonly<Record<string, string>> = {}) {
  return call(url, {
    body: form,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  });
}
