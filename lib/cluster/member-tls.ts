/** Certificates or a key in PEM form (RFC 7468), and where they come from. */
export interface PemFile {
  /** Path of the file, or the text itself where that was given. */
  readonly source: string;
  readonly text: string;
}

/** How TLS is spoken with a member. */
export interface MemberTls {
  /** The name that is asked for and that the member's certificate must have; undefined for that in its URL. */
  readonly serverName?: string | undefined;
  /** Authorities that are trusted instead of the system's. */
  readonly ca?: PemFile | undefined;
  /** What the balancer shows who it is, together with `key`. */
  readonly cert?: PemFile | undefined;
  readonly key?: PemFile | undefined;
}
