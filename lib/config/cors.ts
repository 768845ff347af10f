import { Refusal } from './refusal.ts';

/** Which pages of other origins may use the cluster: none, all, or those of these origins. */
export type Cors = boolean | readonly string[];

/**
 * Reads whom to answer across origins.
 *
 * @throws {Refusal} when it is none of its forms, or an entry of the list is no origin of http or https.
 */
export function parseCors(value: unknown): Cors {
  if (typeof value === 'boolean') return value;
  if (!Array.isArray(value))
    throw new Refusal('must be true, false or a list of origins such as "https://library.example"');
  return value.map((origin: unknown, index) => {
    if (typeof origin === 'string' && isOrigin(origin)) return origin;
    throw new Refusal(
      'must be an origin such as "https://library.example": in lower case, without a path or a default port',
      index,
    );
  });
}

/** An origin exactly as browsers send it (RFC 6454, section 6.2). */
function isOrigin(text: string): boolean {
  return /^https?:[^*]*$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
