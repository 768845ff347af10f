import { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';

/**
 * The stream of a request or response over HTTP/2, undefined for HTTP/1. Node gives both the same shape; what they do not share is
 * asked of the stream: whether a body comes, how a reply is cut, and that there is no reason phrase.
 */
export function http2Stream(message: object): ServerHttp2Stream | undefined {
  // Asked several times for each request: what has no stream at all need not be compared with classes.
  if (!('stream' in message)) return undefined;
  if (message instanceof Http2ServerRequest || message instanceof Http2ServerResponse) return message.stream;
  return undefined;
}
