import type { ServerResponse } from 'node:http';

/**
 * Headers of replies that are ours, not a member's: no browser guesses what they are, runs anything of them, shows them in a frame or
 * tells others where it read them. Strict-Transport-Security is the operator's to decide, because it binds everything on a host.
 */
export const OWN_REPLY_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** Sets them, but for what an application has set already. */
export function setOwnReplyHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(OWN_REPLY_HEADERS)) {
    if (!response.hasHeader(name)) response.setHeader(name, value);
  }
}
