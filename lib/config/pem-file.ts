import { readFileSync } from 'node:fs';
import type { PemFile } from '../cluster/member-tls.ts';
import { describeReadFailure } from './read-failure.ts';
import { Refusal } from './refusal.ts';

const PEM = /-----BEGIN/;

/** Whether this is certificates or a key, not the path of a file. */
export function isPemText(source: string): boolean {
  return PEM.test(source);
}

/**
 * Reads what an option holds or names: PEM text (which `${NAME}` or `${file:PATH}` may have put there), or the path of a file of it.
 *
 * @throws {Refusal} when it is neither, or the file cannot be read; what is in it is not looked at
 */
export function readPemFile(value: unknown): PemFile {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    throw new Refusal('must be the path of a PEM file, such as "/etc/ssl/balancer.pem", or what is in one');
  }
  if (isPemText(value)) return { source: value, text: value };
  if (/[\r\n]/.test(value)) throw new Refusal('holds no PEM text ("-----BEGIN …"), and is no path either');
  try {
    return { source: value, text: readFileSync(value, 'latin1') };
  } catch (error) {
    throw new Refusal(`names a file that cannot be read: ${describeReadFailure(error)}`);
  }
}
