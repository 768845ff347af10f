import type { MemberTls } from '../cluster/member-tls.ts';
import type { MemberAddress } from './member-url.ts';

/** The member that a transport leads to. */
export interface TransportMember {
  /** `http://host:port[/path]`, `https://…` or `unix:/socket/path[:/path]`. */
  readonly url: string;
  readonly direct: boolean;
  readonly connections: 'auto' | 'kept' | 'fresh';
  /** For an https member, where something differs from the defaults. */
  readonly tls?: MemberTls | undefined;
}

/** Which connections a transport uses; `request` leaves it to each request. */
export type ConnectionMode = 'request' | 'kept' | 'fresh';

/**
 * Requests choose only where a new connection is cheap and helps: on plain TCP straight to a Pazpar2, which delays
 * larger replies on kept connections. A handshake costs more than that, and other servers do not delay.
 */
export function connectionMode(member: TransportMember, address: MemberAddress): ConnectionMode {
  if (member.connections !== 'auto') return member.connections;
  const plain = !address.secure && address.socketPath === undefined;
  return plain && member.direct ? 'request' : 'kept';
}
