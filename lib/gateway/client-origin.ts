import type { IncomingMessage } from 'node:http';
import type { EntranceConfig } from '../config/config.ts';
import type { PolicyRules } from '../protocol/policy.ts';
import { forwardedFor, peerAddress } from './forwarded-for.ts';
import type { TrustsProxy } from './forwarded-for.ts';

/** Where a cluster is served. Both are empty where it has the whole host. */
export interface MountPlace {
  /** The path under which clients see it, without "/" at the end. */
  readonly path: string;
  /** What of it still stands in the request's target: all of it, or nothing where the application has cut it off. */
  readonly inTarget: string;
}

/** Which way a request came. */
export interface ClientEntry {
  /** The entrance by whose own path it came; undefined on the cluster's path. */
  readonly entrance?: EntranceConfig | undefined;
  /** Where the cluster is served, for protocol `http`. */
  readonly mount?: MountPlace | undefined;
  /** What those may do who come by a handler that the application guards itself; no entrance is looked for then. */
  readonly rules?: PolicyRules | undefined;
}

/** Where a request comes from. */
export interface ClientOrigin extends ClientEntry {
  /** The client's own address as far as it is known: the first one, seen from us, that is no trusted proxy's. Empty for a Unix socket. */
  readonly address: string;
  /** What the member is told in X-Forwarded-For. */
  readonly forwardedFor: string;
  /** Whoever opened the connection is a proxy that is believed. */
  readonly trusted: boolean;
}

const CLUSTER_PATH: ClientEntry = {};

/** Tells where a request comes from, believing what trusted proxies say. */
export function clientOrigin(
  request: IncomingMessage,
  trusts: TrustsProxy,
  { entrance, mount, rules }: ClientEntry = CLUSTER_PATH,
): ClientOrigin {
  const peer = peerAddress(request);
  const trusted = trusts(peer, 0);
  const given = request.headers['x-forwarded-for'];
  if (!trusted || typeof given !== 'string') {
    return { address: peer, forwardedFor: peer, trusted, entrance, mount, rules };
  }
  const address = clientAddress(peer, given, trusts);
  return { address, forwardedFor: forwardedFor(request, trusts), trusted, entrance, mount, rules };
}

function clientAddress(peer: string, given: string, trusts: TrustsProxy): string {
  const entries = given.split(',').map((entry) => entry.trim());
  let address = peer;
  for (let hop = 0; entries.length > 0 && trusts(address, hop); hop++) address = entries.pop() ?? address;
  return address;
}
