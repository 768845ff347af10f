import compression from 'compression';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import { BalancerError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { logUnserved } from './access-log.ts';
import type { ServedPath } from './served-clusters.ts';
import { respondWithError } from './error-response.ts';
import { clientOrigin } from './client-origin.ts';
import type { ClientOrigin } from './client-origin.ts';
import type { TrustsProxy } from './forwarded-for.ts';

const COMPRESS_FROM_BYTES = 1024;

/** What the public listener needs to know of a request; may change between requests. */
export interface ClusterRoutes {
  readonly trusts: TrustsProxy;
  readonly compress: () => boolean;
  readonly logger: Logger;
  /** The balancer of a request for a path, undefined where nothing is served. */
  find(path: string, request: IncomingMessage): ServedPath | undefined;
  /** The same place, served by the cluster that a backend prefers for this client. */
  steered(served: ServedPath, request: IncomingMessage, client: ClientOrigin): ServedPath;
}

// Each piece leaves as it comes: waiting for a full window would hold back results that a user waits for.
const compressReply = compression({
  threshold: COMPRESS_FROM_BYTES,
  flush: constants.Z_SYNC_FLUSH,
  brotli: {
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
  },
});

/** The handler of the public listener: plain Node, so that it can be served over HTTP/2 as well. */
export function clusterHandler(routes: ClusterRoutes): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? '');
    const found = routes.find(path, request);
    const client = clientOrigin(request, routes.trusts, found);
    if (found === undefined) {
      request.resume();
      const bytesOut = respondWithError(request, response, new BalancerError('PATH_UNKNOWN', ''));
      const { method = '', httpVersion } = request;
      logUnserved(routes.logger, { method, httpVersion, client: client.forwardedFor, path, bytesOut });
      return;
    }
    const { balancer } = routes.steered(found, request, client);
    // Another application knows best what of its own to compress.
    if (!routes.compress() || balancer.protocol === 'http') balancer.handle(request, response, client);
    else compress(request, response, () => balancer.handle(request, response, client));
  };
}

/** The path of an origin-form or absolute-form target (RFC 9112, 3.2), without query. */
export function pathOf(target: string): string {
  const absolute = target.startsWith('/') ? null : /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(target);
  const rest = absolute === null ? target : target.slice(absolute[0].length);
  const query = rest.indexOf('?');
  return query < 0 ? rest : rest.slice(0, query);
}

/** The host of an absolute-form target, else of the Host header (RFC 9112, 3.2.2). */
export function hostOf({ url = '', headers }: IncomingMessage): string | undefined {
  return /^https?:\/\/([^/?]*)/i.exec(url)?.[1] ?? headers.host;
}

function compress(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  // compression is written for Express, but uses nothing of it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const asExpress = compressReply as unknown as (
    request: IncomingMessage,
    response: ServerResponse,
    next: () => void,
  ) => void;
  asExpress(request, response, next);
}
