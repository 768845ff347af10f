import type { RequestListener, ServerResponse } from 'node:http';
import { pathOf } from './cluster-handler.ts';
import { OWN_REPLY_HEADERS } from './own-reply-headers.ts';

/** What the internal listener tells of the gateway. */
export interface GatewayCondition {
  /** False before all listeners are open and from the first signal to stop. */
  readonly isReady: () => boolean;
}

/** The handler of the internal listener: `/healthz` says that the process lives, `/readyz` whether it wants traffic; entrances may have paths here too. */
export function internalHandler(condition: GatewayCondition, otherPaths: RequestListener): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? '');
    if (path === '/healthz') answer(response, 200, 'ok');
    else if (path !== '/readyz') otherPaths(request, response);
    else if (condition.isReady()) answer(response, 200, 'ready');
    else answer(response, 503, 'not ready');
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...OWN_REPLY_HEADERS,
  });
  response.end(`${text}\n`);
}
