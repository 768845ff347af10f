import type { IncomingMessage } from 'node:http';
import { clientOrigin } from './client-origin.ts';
import { peerAddress } from './forwarded-for.ts';
import type { TrustsProxy } from './forwarded-for.ts';

/** Headers by which proxies say that a request is not their own. */
const SIGNS_OF_PROXIES = ['x-forwarded-for', 'forwarded', 'via'] as const;

/**
 * The address of a sender who may change something because of it. Empty for a Unix socket, and for what came through a proxy that nobody
 * vouches for: on this machine such a proxy would make everybody a neighbour.
 */
export function senderAddress(request: IncomingMessage, trusts: TrustsProxy): string {
  const peer = peerAddress(request);
  const isProxied = SIGNS_OF_PROXIES.some((name) => request.headers[name] !== undefined);
  if (isProxied && !trusts(peer, 0)) return '';
  return clientOrigin(request, trusts).address;
}
