import type { RecordedHeader, RecordedRequest } from './vectors.ts';

/** A request as it came, byte for byte. */
export interface ReadRequest extends RecordedRequest {
  readonly requestLine: string;
  readonly body: string;
}

/** Takes requests out of what a connection received. Knows nothing of what is allowed in them. */
export class RequestReader {
  /** Called once for each request that asks for it, when its head is there. */
  onExpectation: () => void = () => undefined;
  #bytes = '';
  #answered = false;

  /** @returns the requests that are complete now */
  read(chunk: string): ReadRequest[] {
    this.#bytes += chunk;
    const requests: ReadRequest[] = [];
    for (let request = this.#take(); request !== undefined; request = this.#take()) requests.push(request);
    return requests;
  }

  #take(): ReadRequest | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [requestLine = '', ...lines] = this.#bytes.slice(0, end).split('\r\n');
    const headers = lines.map((line): RecordedHeader => {
      const [, name = '', value = ''] = /^([^:]*):\s*(.*)$/.exec(line) ?? [];
      return [name, value];
    });
    const find = (name: string): string | undefined =>
      headers.find(([given]) => given.toLowerCase() === name)?.[1];
    if (find('expect') !== undefined && !this.#answered) {
      this.#answered = true;
      this.onExpectation();
    }
    const rest = this.#bytes.slice(end + 4);
    const length = Number(find('content-length') ?? 0);
    const whole = { body: rest.slice(0, length), trailers: '', length };
    const body = find('transfer-encoding') === undefined ? whole : chunkedBody(rest);
    if (body === undefined || rest.length < body.length) return undefined;
    this.#bytes = rest.slice(body.length);
    this.#answered = false;
    return { requestLine, headers, body: body.body };
  }
}

/** A body that came in chunks. */
export interface ChunkedBody {
  readonly body: string;
  /** Lines of the trailers, without the empty one. */
  readonly trailers: string;
  /** How many bytes it takes with all that frames it. */
  readonly length: number;
}

/** Reads a body in chunks. Undefined until it is complete. */
export function chunkedBody(bytes: string): ChunkedBody | undefined {
  let body = '';
  let at = 0;
  for (;;) {
    const size = /^([0-9a-f]+)[^\r]*\r\n/i.exec(bytes.slice(at, at + 100));
    if (size === null) return undefined;
    const length = Number.parseInt(size[1] ?? '0', 16);
    at += size[0].length;
    if (length === 0) {
      const end = bytes.startsWith('\r\n', at) ? at - 2 : bytes.indexOf('\r\n\r\n', at);
      return end < at - 2 ? undefined : { body, trailers: bytes.slice(at, end), length: end + 4 };
    }
    if (bytes.length < at + length + 2) return undefined;
    body += bytes.slice(at, at + length);
    at += length + 2;
  }
}
