import { isIP } from 'node:net';
import * as z from 'zod';
import type { MemberTls, PemFile } from '../cluster/member-tls.ts';
import { checkPair, readCertificate, readCertificates, readPrivateKey } from './certificate.ts';
import type { TlsConfig } from './config.ts';
import { TLS_DEFAULTS } from './defaults.ts';
import { Refusal } from './refusal.ts';
import { choice, option } from './schema-fields.ts';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** The certificate of a listener. */
export const tlsSchema: z.ZodType<TlsConfig> = z
  .strictObject({
    cert: option(readCertificate),
    key: option(readPrivateKey),
    ca: option(readCertificates).optional(),
    minVersion: choice(['TLSv1.2', 'TLSv1.3'], TLS_DEFAULTS.minVersion),
  })
  .superRefine(pairFits);

/** TLS with a member. */
export const memberTlsSchema: z.ZodType<MemberTls> = z
  .strictObject({
    ca: option(readCertificates).optional(),
    serverName: option(parseServerName).optional(),
    cert: option(readCertificate).optional(),
    key: option(readPrivateKey).optional(),
  })
  .superRefine(pairFits);

function pairFits(
  { cert, key }: { readonly cert?: PemFile | undefined; readonly key?: PemFile | undefined },
  context: z.core.$RefinementCtx,
): void {
  try {
    if (cert !== undefined && key !== undefined) checkPair(cert, key);
    else if (cert !== undefined) throw new Refusal('needs `key` beside it');
    else if (key !== undefined) throw new Refusal('needs `cert` beside it');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const path = key === undefined ? ['cert'] : ['key'];
    context.addIssue({ code: 'custom', message: error.message, path });
  }
}

/** An address is no name that TLS could ask for (RFC 6066, section 3). */
function parseServerName(value: unknown): string {
  if (typeof value === 'string' && HOST_NAME.test(value) && isIP(value) === 0) return value;
  throw new Refusal('must be a host name, such as "pz1.internal"');
}
