import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { TEST_AUTHORITY } from './certificates.ts';

/** A reply over HTTP/2, or as much of it as came. */
export interface Http2Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly text: string;
  /** Why the stream ended: NO_ERROR (0) for a reply that is complete. */
  readonly code: number;
}

/** One connection of HTTP/2. */
export class Http2Client {
  readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
    session.on('error', () => undefined);
  }

  static async open(origin: string): Promise<Http2Client> {
    const session = connect(origin, { ca: TEST_AUTHORITY });
    await once(session, 'connect');
    return new Http2Client(session);
  }

  /** Begins a request; a body is the caller's to write and end, unless there is none. */
  begin(path: string, headers: OutgoingHttpHeaders = {}, { endStream = true } = {}): ClientHttp2Stream {
    const stream = this.session.request({ ':path': path, ...headers }, { endStream });
    return stream.on('error', () => undefined);
  }

  /** Sends a request and reads its reply to the end. */
  async call(path: string, headers: OutgoingHttpHeaders = {}, body?: string): Promise<Http2Reply> {
    const method = body === undefined ? {} : { ':method': 'POST' };
    const stream = this.begin(path, { ...method, ...headers }, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    return replyOf(stream);
  }

  get isClosed(): boolean {
    return this.session.closed || this.session.destroyed;
  }

  close(): void {
    this.session.destroy();
  }
}

/** Reads a stream to its end, whatever that is. */
export async function replyOf(stream: ClientHttp2Stream): Promise<Http2Reply> {
  let headers: Record<string, unknown> = {};
  const chunks: Buffer[] = [];
  stream.on('response', (received) => (headers = { ...received }));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (!stream.closed || !stream.destroyed) await new Promise((resolve) => stream.once('close', resolve));
  const body = Buffer.concat(chunks);
  const code = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
  return { status: Number(headers[':status'] ?? 0), headers, body, text: body.toString('utf8'), code };
}
