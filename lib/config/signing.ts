import type { SessionBinding } from '../sticky/client-binding.ts';
import { Refusal } from './refusal.ts';

const KEY_ID = /^[A-Za-z0-9]{1,8}$/;
/** 128 bits, written in the thriftiest way that people use. */
const SHORTEST_SECRET = 22;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/** Reads the name of a signing key. @throws {Refusal} when it is none. */
export function parseKeyId(value: unknown): string {
  if (typeof value === 'string' && KEY_ID.test(value)) return value;
  throw new Refusal('must be 1 to 8 letters and digits; it is visible in session values');
}

/** Reads a secret. @throws {Refusal} when it is too short to be one. */
export function parseSecret(value: unknown): string {
  if (typeof value === 'string' && value.length >= SHORTEST_SECRET) return value;
  throw new Refusal(
    `must be a text of at least ${SHORTEST_SECRET} characters that nobody can guess, such as from "openssl rand -base64 32"`,
  );
}

/** Reads what session values are bound to. @throws {Refusal} when it is none of its forms. */
export function parseBinding(value: unknown): SessionBinding {
  if (value === 'none' || value === 'address') return value;
  const [entry, ...others] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entry !== undefined && others.length === 0) {
    const [kind, name]: [string, unknown] = entry;
    if (typeof name === 'string' && TOKEN.test(name)) {
      if (kind === 'header') return { header: name.toLowerCase() };
      if (kind === 'cookie') return { cookie: name };
    }
  }
  throw new Refusal('must be "none", "address", { header: NAME } or { cookie: NAME }');
}
