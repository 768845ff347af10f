import type { PublicOrigin } from './forwarded-headers.ts';
import { behindPrefix } from './member-target.ts';

/** Where a member is, as its own replies would say. */
export interface MemberPlace {
  /** `http://host:port`, without path. */
  readonly origin: string;
  /** The path of its URL, without "/" at the end: empty for none. */
  readonly path: string;
}

/** What it takes to turn the places of members into those that clients know. */
export interface PublicPlace {
  readonly origin: PublicOrigin;
  /** The path under which clients see the cluster, without "/" at the end: empty where it has the whole host. */
  readonly path: string;
  /** The member that answered. */
  readonly member: MemberPlace;
  /** Members get the client's Host, so that the public origin in a reply may be their own view of themselves. */
  readonly preserveHost: boolean;
  /** All members: one may send clients to another. */
  readonly members: readonly MemberPlace[];
}

/**
 * The public path of one that the answering member uses; on boundaries of segments only (D43, D44). Undefined where it is none of ours, or
 * already a public one, because the application knows under which path it is served.
 */
export function publicPathOf(path: string, { path: served, member }: PublicPlace): string | undefined {
  const rest = behindPrefix(path, member.path);
  if (rest === undefined) return undefined;
  const isPublic = behindPrefix(path, served) !== undefined && served.length > member.path.length;
  return isPublic ? undefined : served + rest;
}
