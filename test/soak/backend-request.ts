import { chunkedBody } from '../apache/request-reader.ts';

/** What the head of a request says. */
export interface RequestHead {
  readonly query: URLSearchParams;
  /** Bytes of the head, with the empty line. */
  readonly length: number;
  /** Bytes of the body; undefined for one in chunks. */
  readonly bodyLength: number | undefined;
  /** Only the head of the reply is wanted. */
  readonly isHead: boolean;
  readonly closes: boolean;
  readonly expects: boolean;
  readonly isWebSocket: boolean;
}

/** A request that is complete. */
export interface WholeRequest {
  /** Of the target, or of the form in the body. */
  readonly args: URLSearchParams;
  /** The body of an upload, which came in chunks. */
  readonly upload: Buffer | undefined;
  /** Bytes that it took, its head included. */
  readonly end: number;
}

/** Undefined until the head is complete. @param bytes latin1 */
export function readHead(bytes: string): RequestHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.slice(0, end + 2);
  const target = head.slice(0, head.indexOf(' HTTP/'));
  const isChunked = /\r\ntransfer-encoding: *chunked/i.test(head);
  return {
    query: new URLSearchParams(target.slice(target.indexOf('?') + 1)),
    length: end + 4,
    bodyLength: isChunked ? undefined : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0),
    isHead: head.startsWith('HEAD '),
    closes: /\r\nconnection: close\r\n/i.test(head),
    expects: /\r\nexpect:/i.test(head),
    isWebSocket: /\r\nupgrade: websocket/i.test(head),
  };
}

/** Undefined until the body is complete. @param bytes with the head, latin1 */
export function readRequest(head: RequestHead, bytes: string): WholeRequest | undefined {
  const rest = bytes.slice(head.length);
  if (head.bodyLength === undefined) {
    const chunked = chunkedBody(rest);
    const end = head.length + (chunked?.length ?? 0);
    return chunked && { args: head.query, upload: Buffer.from(chunked.body, 'latin1'), end };
  }
  if (rest.length < head.bodyLength) return undefined;
  const args = head.bodyLength > 0 ? new URLSearchParams(rest.slice(0, head.bodyLength)) : head.query;
  return { args, upload: undefined, end: head.length + head.bodyLength };
}
