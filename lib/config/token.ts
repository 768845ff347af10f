import { Refusal } from './refusal.ts';

/** 128 bits, written in the thriftiest way that people use. */
const SHORTEST = 22;
/** RFC 6750, section 2.1: what can stand behind "Bearer". */
const SHAPE = /^[A-Za-z0-9._~+/-]+=*$/;

/** Reads a bearer token. @throws {Refusal} when it is too short to be a secret, or no client could send it. */
export function parseToken(value: unknown): string {
  if (typeof value === 'string' && value.length >= SHORTEST && SHAPE.test(value)) return value;
  throw new Refusal(
    `must be a text of at least ${SHORTEST} letters, digits or any of "-._~+/" (and "=" at its end) that nobody can guess, ` +
      'such as from "openssl rand -base64 32"',
  );
}
