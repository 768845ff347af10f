import type { StickyCookieSettings } from '../../lib/sticky/sticky-cookie.ts';

/** A cookie of ours as it is without any options. */
export const STICKY_COOKIE: StickyCookieSettings = {
  name: 'balancer',
  path: undefined,
  domain: undefined,
  maxAge: 0,
  secure: 'auto',
  httpOnly: true,
  sameSite: 'lax',
};
