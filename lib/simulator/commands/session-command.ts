import type { Call } from '../call.ts';
import type { Daemon } from '../daemon.ts';
import type { Session } from '../session.ts';

/** A command that works on a session, which was found before. */
export type SessionCommand = (call: Call, session: Session, daemon: Daemon) => void;

/** A command that needs no session. */
export type ServerCommand = (call: Call, daemon: Daemon) => void;
