const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;

/**
 * True for a header's name in any case (RFC 9110, section 5.1). Makes no other text of it, which is done for each header of each message.
 *
 * @param lower the name that is meant, in lower case
 */
export function isNamed(name: string, lower: string): boolean {
  if (name.length !== lower.length) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (inLowerCase(name.charCodeAt(index)) !== lower.charCodeAt(index)) return false;
  }
  return true;
}

function inLowerCase(code: number): number {
  return code >= UPPER_A && code <= UPPER_Z ? code + TO_LOWER : code;
}
