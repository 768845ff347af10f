import type { ServerResponse } from 'node:http';

/**
 * Sends a client elsewhere with the same request (307, RFC 9110, 15.4.8).
 *
 * @param url complete; takes over the query of the request's target unless it has one of its own
 */
export function redirectTo(url: string, target: string, response: ServerResponse): void {
  const query = target.indexOf('?');
  const location = query === -1 || url.includes('?') ? url : url + target.slice(query);
  response.writeHead(307, { Location: location, 'Cache-Control': 'no-store', 'Content-Length': 0 });
  response.end();
}
