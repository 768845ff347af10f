const BEFORE = Buffer.from('<error code="1" msg="Session does not exist or it has expired">', 'latin1');
const AFTER = Buffer.from('</error>', 'latin1');

/** An error document of code 1 is never longer than this when it echoes a number. */
export const MAX_ECHO_BYTES = 256;

/**
 * Puts the client's session value back where Pazpar2's error document echoes the number that went out. Only an exact match is
 * touched; any other body stays byte for byte.
 *
 * @param value unreserved characters only, so nothing needs escaping
 */
export function restoreSessionEcho(body: Buffer, number: string, value: string): Buffer {
  const start = body.indexOf(BEFORE);
  if (start < 0) return body;
  const from = start + BEFORE.length;
  const to = from + number.length;
  if (body.toString('latin1', from, to) !== number) return body;
  if (body.length !== to + AFTER.length || body.compare(AFTER, 0, AFTER.length, to) !== 0) return body;
  return Buffer.concat([body.subarray(0, from), Buffer.from(value, 'latin1'), body.subarray(to)]);
}

/** True for the error document by which Pazpar2 says that it does not know the session. */
export function saysSessionLost(body: Buffer): boolean {
  return body.includes(BEFORE);
}
