import { Member } from '../cluster/member.ts';
import { parseMemberUrl } from '../forward/member-url.ts';

/** The route of what stands in; no member of the cluster is it, whatever its route. */
const ROUTE = 'forward';

/** URLs can be set at run time, again and again; so many are those of now, at the least. */
const MOST = 32;

/** Servers outside the cluster to which requests go that nobody in it can serve. */
export class StandIns {
  readonly #byUrl = new Map<string, Member>();
  readonly #forget: (member: Member) => void;

  /** @param forget hears of those that will not be given again */
  constructor(forget: (member: Member) => void) {
    this.#forget = forget;
  }

  /** The server of an alternative URL. Undefined for one with a query, below which no request can be put. */
  at(url: string): Member | undefined {
    const known = this.#byUrl.get(url);
    if (known !== undefined || !isServer(url)) return known;
    const [oldest] = this.#byUrl;
    if (oldest !== undefined && this.#byUrl.size >= MOST) {
      this.#byUrl.delete(oldest[0]);
      this.#forget(oldest[1]);
    }
    const member = standIn(url);
    this.#byUrl.set(url, member);
    return member;
  }
}

function standIn(url: string): Member {
  return new Member({
    url,
    route: ROUTE,
    loadFactor: 1,
    direct: false,
    lbSet: 0,
    role: 'ordinary',
    state: 'enabled',
    ignoreErrors: true,
    connections: 'kept',
  });
}

function isServer(url: string): boolean {
  try {
    parseMemberUrl(url);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
