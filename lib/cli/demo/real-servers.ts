import { isRoute } from '../../sticky/session-value.ts';
import type { DemoServer, DemoServers } from './demo-server.ts';

/**
 * The servers that `--backend URL[,route]` names. The first one without a route is `pz1`, the second `pz2`, by their places.
 * Whether URLs and routes are good is for the gateway's options to say.
 */
export function realServers(backends: readonly string[]): DemoServers {
  return { list: backends.map(realServer), stop: () => Promise.resolve() };
}

function realServer(backend: string, place: number): DemoServer {
  const { url, route } = splitBackend(backend);
  return { url, route: route ?? `pz${place + 1}`, direct: true, kind: 'real' };
}

/** The path of a URL may hold commas, so only what can be a route is taken off. */
function splitBackend(backend: string): { url: string; route: string | undefined } {
  const comma = backend.lastIndexOf(',');
  const route = backend.slice(comma + 1);
  if (comma === -1 || !isRoute(route)) return { url: backend, route: undefined };
  return { url: backend.slice(0, comma), route };
}
