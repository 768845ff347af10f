import { statusDocument, writeDocument } from '../documents.ts';
import type { SessionCommand } from './session-command.ts';

const ALIVE = statusDocument('ping');

/** Keeps the session alive, as every command does, and nothing else. */
export const ping: SessionCommand = (call) => call.answer(ALIVE);

/** Invented figures of memory, but a true count of requests. */
export const sessionStatus: SessionCommand = (call, session) => {
  const figures = [
    ['http_count', String(session.requests)],
    ['http_nmem', '16384'],
    ['session_nmem', String(16_384 + 1024 * (session.search?.records.size ?? 0))],
  ] as const;
  call.answer(
    writeDocument(['session-status', [['status', 'OK'], ...figures.flatMap((line) => [line, '\n'])]]),
  );
};
