/** TLS versions that can be asked for. Older ones are broken (RFC 8996). */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * The certificate of a listener, on which HTTP/2 and HTTP/1.1 are spoken. Each of `cert`, `key` and `ca` is the path of a PEM file, from
 * the configuration file on, or what is in one. Files that change are read again.
 */
export interface TlsOptions {
  /** The certificate, followed by those that lead to its authority. */
  readonly cert: string;
  /** Its private key, without a passphrase. */
  readonly key: string;
  /** Authorities. If given, a client needs a certificate that one of them has signed. */
  readonly ca?: string;
  /** The oldest version that is spoken. Defaults to 'TLSv1.2'. */
  readonly minVersion?: TlsVersion;
}

/** TLS with an https member. Each of `ca`, `cert` and `key` is the path of a PEM file, from the configuration file on, or what is in one. */
export interface MemberTlsOptions {
  /** Authorities that are trusted. Defaults to those that Node trusts. */
  readonly ca?: string;
  /** The name that the member's certificate must have, and that is asked for (SNI). Defaults to the host of `url`. */
  readonly serverName?: string;
  /** The balancer's own certificate, for members that ask for one. */
  readonly cert?: string;
  /** Its private key, without a passphrase. */
  readonly key?: string;
}
