import type { Member } from '../cluster/member.ts';
import type { Upstream } from '../forward/upstream.ts';
import { parseMemberUrl } from '../forward/member-url.ts';
import { publicOrigin, type ClientPlace, type PublicOrigin } from '../protocol/http/forwarded-headers.ts';
import type { MemberPlace, PublicPlace } from '../protocol/http/public-place.ts';

/** What the places of a reply's headers depend on. */
export interface ReplyFacts extends ClientPlace {
  /** Of the request. */
  readonly headers: readonly string[];
  /** The path under which clients see the cluster. */
  readonly path: string;
  readonly preserveHost: boolean;
  readonly members: readonly Member[];
}

/** Lists of members change as a whole, so what was read of one stays right. */
const PLACES = new WeakMap<readonly Member[], readonly MemberPlace[]>();

/** Where clients see what a member calls by its own name. Most replies name no place, so each part is found when it is asked for. */
export class ReplyPlace implements PublicPlace {
  readonly path: string;
  readonly preserveHost: boolean;
  readonly #facts: ReplyFacts;
  readonly #upstream: Upstream;

  constructor(facts: ReplyFacts, upstream: Upstream) {
    this.path = facts.path;
    this.preserveHost = facts.preserveHost;
    this.#facts = facts;
    this.#upstream = upstream;
  }

  get origin(): PublicOrigin {
    return publicOrigin(this.#facts.headers, this.#facts);
  }

  get member(): MemberPlace {
    return memberPlace(this.#upstream.member);
  }

  get members(): readonly MemberPlace[] {
    const { members } = this.#facts;
    let places = PLACES.get(members);
    if (places === undefined) PLACES.set(members, (places = members.map(memberPlace)));
    return places;
  }
}

function memberPlace({ settings }: Member): MemberPlace {
  const { origin, path } = parseMemberUrl(settings.url, '');
  return { origin: origin.origin, path: path.replace(/\/$/, '') };
}
