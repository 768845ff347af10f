/** A reply before it is written; `document` holds one byte a character. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly document: string;
  /** Defaults to text/xml. */
  readonly contentType?: string;
}

/** Pazpar2 writes replies in pieces of this many bytes. */
export const PIECE_SIZE = 4096;

const NEVER_CACHED =
  'Cache-Control: no-store, no-cache, must-revalidate, post-check=0, pre-check=0\r\n' +
  'Expires: Thu, 19 Nov 1981 08:52:00 GMT\r\n';

/** Answers a command: the headers in Pazpar2's order and no others. */
export function serialiseReply(reply: Reply, version: string): Buffer {
  return Buffer.from(
    `HTTP/${version} ${reply.status} ${reply.reason}\r\n${NEVER_CACHED}Content-Length: ${reply.document.length}\r\n` +
      `Content-Type: ${reply.contentType ?? 'text/xml'}\r\n\r\n${reply.document}`,
    'latin1',
  );
}

/** Answers bytes that are no request. */
export function serialiseBadRequest(version: string): Buffer {
  const document = '<error>HTTP Error 400: Bad Request</error>\n';
  return Buffer.from(
    `HTTP/${version} 400 Bad Request\r\nContent-Length: ${document.length}\r\nContent-Type: text/xml\r\n\r\n${document}`,
    'latin1',
  );
}

/** The pieces of a reply, each of which goes out in a write of its own. */
export function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += PIECE_SIZE)
    yield bytes.subarray(start, start + PIECE_SIZE);
}
