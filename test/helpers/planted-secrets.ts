import { createPrivateKey } from 'node:crypto';
import { readPem } from './certificates.ts';

/** No text of ours has it. */
const MARK = 'XSECRETX';

/** A secret that is recognised wherever it turns up, in whole or in part; long enough for everything that wants a secret. */
export function planted(name: string): string {
  return `${MARK}${name}${MARK}0123456789`;
}

/** Keys of certificates in the forms in which people may paste them. */
export const PLANTED_KEYS: Readonly<Record<'pem' | 'other' | 'encrypted' | 'bare', string>> = {
  pem: readPem('server.key'),
  other: readPem('client.key'),
  encrypted: readPem('encrypted.key'),
  /** The key itself, without the lines around it. */
  bare: createPrivateKey(readPem('server.key')).export({ type: 'pkcs8', format: 'der' }).toString('base64'),
};

/** Pieces of keys that are long enough to tell something. */
const PIECES = Object.values(PLANTED_KEYS).flatMap((key) =>
  key
    .split('\n')
    .filter((line) => !line.startsWith('-----'))
    .flatMap((line) => line.match(/.{16}/g) ?? []),
);

/** Each secret in a text, with what stands around it. */
export function secretsIn(text: string): string[] {
  return [MARK, ...PIECES].flatMap((secret) => {
    const at = text.indexOf(secret);
    return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + 60)];
  });
}
