import type { MemberTls } from '../cluster/member-tls.ts';
import type { TlsConfig } from './config.ts';
import type { MemberTlsOptions, TlsOptions } from './tls-options.ts';

/** TLS of a listener as it was given. */
export function givenTls({ cert, key, ca, minVersion }: TlsConfig): TlsOptions {
  const authorities = ca === undefined ? {} : { ca: ca.source };
  return { cert: cert.source, key: key.source, ...authorities, minVersion };
}

/** TLS with a member as it was given. */
export function givenMemberTls({ ca, serverName, cert, key }: MemberTls): MemberTlsOptions {
  return {
    ...(ca === undefined ? {} : { ca: ca.source }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(cert === undefined ? {} : { cert: cert.source }),
    ...(key === undefined ? {} : { key: key.source }),
  };
}
