import type { ReplyHead, UpstreamRequest } from './transport.ts';

const REQUEST_LINE_REST = '  HTTP/1.1\r\n\r\n'.length;
const HEADER_REST = ': \r\n'.length;
const STATUS_LINE_REST = 'HTTP/1.1 200 '.length;

/** Bytes of a request, as Apache counts them (vectors bt-01 to bt-08), without the headers that a transport adds and without an upload. */
export function requestSize({ method, target, headers, body }: UpstreamRequest): number {
  let size = REQUEST_LINE_REST + method.length + target.length + (body?.length ?? 0);
  for (const text of headers) size += text.length;
  return size + (headers.length / 2) * HEADER_REST;
}

/** What the head of a reply counts: its status line. Apache counts no headers there (vectors bt-07 and bt-08). */
export function replyHeadSize({ reason }: ReplyHead): number {
  return STATUS_LINE_REST + reason.length;
}
