import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import type { MemberTls } from '../cluster/member-tls.ts';
import type { MemberAddress } from './member-url.ts';

/** What all TLS connections to one member have in common; made once, because certificates take long to read. */
export type SecureConnection = Pick<ConnectionOptions, 'servername' | 'secureContext' | 'ALPNProtocols'>;

/** Prepares TLS connections to a member. @throws what OpenSSL says of certificates or a key that nobody has checked */
export function secureConnection({ host }: MemberAddress, tls: MemberTls = {}): SecureConnection {
  const { serverName, ca, cert, key } = tls;
  return {
    // An address is no name that TLS could ask for (RFC 6066, section 3).
    servername: serverName ?? (isIP(host) === 0 ? host : ''),
    secureContext: createSecureContext({ ca: ca?.text, cert: cert?.text, key: key?.text }),
    ALPNProtocols: ['http/1.1'],
  };
}
