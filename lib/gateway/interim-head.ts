import type { ServerResponse } from 'node:http';
import type { ReplyHead } from '../forward/transport.ts';
import { http2Stream } from '../forward/http2-message.ts';
import { endToEndHeaders } from '../forward/reply-headers.ts';

const PROCESSING = 102;
const EARLY_HINTS = 103;

/** Passes on what Node can write before the reply itself: 102 and 103 (RFC 2518, RFC 8297). Clients of HTTP/1.0 know no such heads. */
export function writeInterimHead(response: ServerResponse, { status, headers }: ReplyHead): void {
  if (response.headersSent || response.req.httpVersion === '1.0') return;
  if (status === PROCESSING) writeProcessing(response);
  if (status !== EARLY_HINTS) return;
  const hints: Record<string, string | string[]> = {};
  const list = endToEndHeaders(headers);
  for (let index = 0; index + 1 < list.length; index += 2) {
    const name = (list[index] ?? '').toLowerCase();
    const value = list[index + 1] ?? '';
    const before = hints[name];
    hints[name] = before === undefined ? value : [before, value].flat();
  }
  try {
    // Node writes nothing without a Link.
    response.writeEarlyHints(hints);
  } catch {
    // Links that Node does not understand are only hints.
  }
}

/** Node has a method for this in HTTP/1 only. */
function writeProcessing(response: ServerResponse): void {
  const stream = http2Stream(response);
  if (stream === undefined) response.writeProcessing();
  else if (!stream.destroyed) stream.additionalHeaders({ ':status': PROCESSING });
}
