import { X509Certificate } from 'node:crypto';
import type { PemFile } from '../cluster/member-tls.ts';
import type { GatewayConfig } from './config.ts';
import type { FoundProblem } from './problem.ts';

const DAY_MS = 86_400_000;
/** Enough to notice it and to renew by hand; what renews by itself has done so long before. */
const SOON_MS = 14 * DAY_MS;

/**
 * Says that a certificate will expire within a fortnight; undefined where there is more time.
 *
 * @param now milliseconds since 1970
 */
export function expiryWords({ text }: PemFile, now: number): string | undefined {
  const end = new Date(new X509Certificate(text).validTo);
  const left = end.getTime() - now;
  if (left >= SOON_MS) return undefined;
  return `the certificate expires at ${end.toISOString()}, in ${Math.max(0, Math.floor(left / DAY_MS))} days; renew it`;
}

/** Certificates of the gateway that expire soon: of its listeners, and those that it shows to members. */
export function expiryWarnings({ tls, admin, clusters }: GatewayConfig, now: number): FoundProblem[] {
  const ofMembers = clusters.flatMap(({ name, members }) =>
    members.map((member, index) => ({
      path: ['clusters', name, 'members', index, 'tls', 'cert'],
      cert: member.tls?.cert,
    })),
  );
  const certificates = [
    { path: ['tls', 'cert'], cert: tls?.cert },
    { path: ['admin', 'tls', 'cert'], cert: admin?.tls?.cert },
    ...ofMembers,
  ];
  return certificates.flatMap(({ path, cert }) => {
    const message = cert === undefined ? undefined : expiryWords(cert, now);
    return message === undefined ? [] : [{ path, message, found: '' }];
  });
}
