const ERROR = '<error code="1" msg="Session does not exist or it has expired">';

/** An error document of code 1 is never longer than this when it echoes a number. */
export const MAX_ECHO_BYTES = 256;

/**
 * Puts the client's session value back where Pazpar2's error document echoes the number that went out. Only an exact match is
 * touched; any other body stays byte for byte.
 *
 * @param value unreserved characters only, so nothing needs escaping
 */
export function restoreSessionEcho(body: Buffer, number: string, value: string): Buffer {
  return body.equals(sessionLostDocument(number)) ? sessionLostDocument(value) : body;
}

/** True for the error document by which Pazpar2 says that it does not know the session. */
export function saysSessionLost(body: Buffer): boolean {
  return body.includes(ERROR);
}

function sessionLostDocument(session: string): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${ERROR}${session}</error>`, 'latin1');
}
