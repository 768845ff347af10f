import { createHash, timingSafeEqual } from 'node:crypto';

/** Says whether a request with this Authorization header may come. */
export type AuthorizationTest = (authorization: string | undefined) => boolean;

/** Wants `Authorization: Bearer TOKEN` (RFC 6750, section 2.1; the scheme in any case, RFC 9110, section 11.1). Without a token everybody may come. */
export function bearerTest(token: string | undefined): AuthorizationTest {
  if (token === undefined) return () => true;
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    // Digests have one length, so that the comparison tells nothing of the token's.
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
