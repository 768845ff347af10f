import type { PublicPlace } from '../../lib/protocol/http/public-place.ts';

/** Where clients see the service. */
export const ORIGIN = { protocol: 'http', host: 'lb.test' } as const;
export const FIRST = { origin: 'http://127.0.0.1:18101', path: '' };
export const SECOND = { origin: 'http://127.0.0.1:18102', path: '' };
/** Served at /app, members without a path of their own. */
export const APP: PublicPlace = {
  origin: ORIGIN,
  path: '/app',
  preserveHost: false,
  member: FIRST,
  members: [FIRST, SECOND],
};
export const BACK = { ...FIRST, path: '/back' };
/** Served at /app, members below /back. */
export const BELOW: PublicPlace = { ...APP, member: BACK, members: [BACK, { ...SECOND, path: '/back' }] };
