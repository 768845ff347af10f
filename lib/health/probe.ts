import type { Member } from '../cluster/member.ts';

/** What one probe found. */
export type ProbeResult =
  | { readonly ok: true }
  /** Why not, in words for operators. */
  | { readonly ok: false; readonly reason: string };

/** Something that can be called off. */
export interface RunningProbe {
  cancel(): void;
}

/**
 * Asks a member once whether it works. Calls back at most once, and never after `cancel`. How long it may take is not its business.
 */
export type Probe = (member: Member, done: (result: ProbeResult) => void) => RunningProbe;
