/** Texts here hold one byte a character (latin1), as C strings do; only queries are read as UTF-8. */

/** The text up to the first NUL, which is all that C code sees. */
export function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/**
 * A decimal number as glibc's `atoi` reads it: leading white space, one sign, digits, whatever follows is ignored, wrapped
 * to a signed 32-bit integer. No digits give 0. Beyond 64 bits it saturates first, as `strtol` does.
 */
export function atoi(text: string): number {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(text);
  const digits = match?.[2];
  if (digits === undefined) return 0;
  if (digits.length < 10) return match?.[1] === '-' ? -Number(digits) : Number(digits);
  const value = match?.[1] === '-' ? -BigInt(digits) : BigInt(digits);
  return Number(BigInt.asIntN(32, saturate(value)));
}

function saturate(value: bigint): bigint {
  const most = 2n ** 63n - 1n;
  if (value > most) return most;
  return value < -most - 1n ? -most - 1n : value;
}

/** The bytes of `text` in UTF-8, one a character. */
export function toByteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What a byte text says in UTF-8, or undefined when it is not UTF-8. */
export function fromByteText(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return undefined;
  }
}
