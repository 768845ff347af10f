import type { UpstreamRequest } from '../transport.ts';

const TARGET = /^\/[!-~]*$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Ends the head of a request whose connection is kept: HTTP/1.1 needs no word for that. */
export const KEPT_END = '\r\n';

/** Ends the head of a request on a fresh connection, in the only spelling that Pazpar2 knows. */
export const FRESH_END = 'Connection: close\r\n\r\n';

/** Writes the heads of requests to one member. */
export class RequestHeadWriter {
  readonly #host: string;

  /** @param host value of the Host header. */
  constructor(host: string) {
    this.#host = ` HTTP/1.1\r\nHost: ${host}\r\n`;
  }

  /**
   * Request line and headers (latin1), without the end that says how the connection goes on.
   *
   * @throws {TypeError} if the target or a header would break the message.
   */
  write({ method, target, headers, body }: UpstreamRequest): string {
    if (!TARGET.test(target)) throw new TypeError('request is not canonical: its target is no path in ASCII');
    let head = `${method} ${target}${this.#host}`;
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index] ?? '';
      const value = headers[index + 1] ?? '';
      if (!NAME.test(name) || !VALUE.test(value)) {
        throw new TypeError(`request is not canonical: header ${JSON.stringify(name)} cannot be sent`);
      }
      head += `${name}: ${value}\r\n`;
    }
    const length = body?.length ?? 0;
    return length > 0 || method === 'POST' ? `${head}Content-Length: ${length}\r\n` : head;
  }
}
