import type { RequestListener, ServerResponse } from 'node:http';
import { pathOf } from './public-handler.ts';

/** What the internal listener tells of the gateway. */
export interface GatewayCondition {
  /** False before all listeners are open and from the first signal to stop. */
  readonly isReady: () => boolean;
}

/** The handler of the internal listener: `/healthz` says that the process lives, `/readyz` whether it wants traffic. */
export function internalHandler(condition: GatewayCondition): RequestListener {
  return (request, response) => {
    request.resume();
    const path = pathOf(request.url ?? '');
    if (path === '/healthz') answer(response, 200, 'ok');
    else if (path !== '/readyz') answer(response, 404, 'not found; there are /healthz and /readyz');
    else if (condition.isReady()) answer(response, 200, 'ready');
    else answer(response, 503, 'not ready');
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}
