import type { MemberTls } from './member-tls.ts';

/** What an operator decides about a member; the first of its three axes of state. */
export type AdministrativeState =
  /** Takes new sessions and serves its own. */
  | 'enabled'
  /** Serves its sessions, takes no new ones. */
  | 'draining'
  /** Serves nobody; still probed. */
  | 'disabled'
  /** Serves nobody and is not probed. */
  | 'stopped';

/** What a member is for. */
export type MemberRole =
  /** Serves. */
  | 'ordinary'
  /** Stands in for an ordinary member of its set that cannot serve. */
  | 'spare'
  /** Serves when nobody else of its set can. */
  | 'standby';

/** One member as configured: checked, complete, frozen. Live state stands in `Member`. */
export interface MemberSettings {
  /** `http://host:port[/path]`, `https://…` or `unix:/socket/path[:/path]`; the path defaults to /search.pz2 for protocol pazpar2. */
  readonly url: string;
  /** The member's name in session values. Unique in its cluster. */
  readonly route: string;
  /** Its name at the statistics engine; members of several clusters with one name are one server. Undefined where it is the route. */
  readonly name?: string | undefined;
  /** Milliseconds within which pushed statistics are expected, 0 for never. Undefined where the cluster's own number counts. */
  readonly expectUpdate?: number | undefined;
  /** Weight, more than 0, two decimals count. */
  readonly loadFactor: number;
  /** False for a member reached through a shim, tunnel or proxy: a refused connection then does not prove that its memory is gone. */
  readonly direct: boolean;
  /** Members of a set with a higher number serve only when no lower set can: 0 to 99. */
  readonly lbSet: number;
  readonly role: MemberRole;
  /** The state that the configuration asks for. */
  readonly state: AdministrativeState;
  /** Route of the member that serves its sessions while it cannot. Protocol http only. */
  readonly redirect?: string | undefined;
  /** Complete URL to which requests of its sessions are redirected while it is disabled or stopped; undefined for none. */
  readonly forward?: string | undefined;
  /** Requests in flight on it, of each of the two kinds; the cluster's limits count as well. */
  readonly max?: number | undefined;
  /** Failures neither make it rest nor eject it. */
  readonly ignoreErrors: boolean;
  /** `auto`: kept connections for small commands, new ones for the rest on plain TCP to a direct member, kept ones elsewhere. */
  readonly connections: 'auto' | 'kept' | 'fresh';
  /** Only for https, where something differs from the defaults. */
  readonly tls?: MemberTls | undefined;
}
