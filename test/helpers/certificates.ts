import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PemFile } from '../../lib/cluster/member-tls.ts';

const FOLDER = 'test/fixtures/tls';

/** Files of a certificate of the tests, as options of TLS; test/fixtures/tls/make.sh tells which there are. */
export function certificateFiles(name: string): { readonly cert: string; readonly key: string } {
  return { cert: join(FOLDER, `${name}.pem`), key: join(FOLDER, `${name}.key`) };
}

/** The same as PEM text. */
export function keyPair(name: string): { readonly cert: string; readonly key: string } {
  return { cert: readPem(`${name}.pem`), key: readPem(`${name}.key`) };
}

/** A file of the certificates of the tests, read. */
export function pemFile(file: string): PemFile {
  return { source: join(FOLDER, file), text: readPem(file) };
}

/** What is in a file of the certificates of the tests. */
export function readPem(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

/** The authority of all of them. */
export const TEST_AUTHORITY: string = readPem('ca.pem');
