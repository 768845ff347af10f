import { describe, expect, test } from '@jest/globals';
import { Stickiness, type StickinessSettings } from '../../lib/gateway/stickiness.ts';
import { SessionSigner } from '../../lib/sticky/session-signature.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { STICKY_COOKIE } from '../helpers/sticky-cookie-settings.ts';

const ROUTES = ['pz1', 'pz2'];
const PLACE = { binding: '', secure: false, path: '/app' };
const SESSION = { cookie: 'SID', parameter: 'sid' };
const KEYS = [{ id: 'k1', secret: 'the secret of the cluster' }];

function stickiness(settings: Partial<StickinessSettings>): Stickiness {
  const signer = new SessionSigner('c', { keys: KEYS, required: true, maxAge: 0 }, new FakeClock());
  return new Stickiness({ stickySeparator: '.', ...settings }, signer);
}

const tie = (sticky: Stickiness, target: string, cookie?: string) =>
  sticky.tieOf({ target, cookie }, ROUTES, '');

/** What a browser sends back. */
const pairOf = (setCookie: string | undefined) => setCookie?.split(';')[0];

describe('a request', () => {
  test('is tied by nothing unless that is asked for', () => {
    const sticky = stickiness({});
    expect(tie(sticky, '/x?sid=1.pz1', 'balancer=x; SID=1.pz1')).toBeUndefined();
    expect(sticky.cookieFor('pz1', undefined, PLACE)).toBeUndefined();
  });

  test('is tied by the session of the application', () => {
    const sticky = stickiness({ stickySession: SESSION });
    expect(tie(sticky, '/x?sid=1.pz2')).toEqual({ route: 'pz2', by: 'session', stale: false });
    expect(tie(sticky, '/x', 'SID=1.gone')).toEqual({ route: 'gone', by: 'session', stale: false });
    expect(tie(sticky, '/x')).toBeUndefined();
  });

  test('is tied by the cookie that it was given', () => {
    const sticky = stickiness({ stickyCookie: STICKY_COOKIE });
    const cookie = pairOf(sticky.cookieFor('pz2', undefined, PLACE));
    expect(tie(sticky, '/x', cookie)).toEqual({ route: 'pz2', by: 'cookie', stale: false });
    expect(tie(sticky, '/x', 'balancer=pz2')).toBeUndefined();
  });

  test('with both follows the session, unless its member is no more', () => {
    const sticky = stickiness({ stickySession: SESSION, stickyCookie: STICKY_COOKIE });
    const cookie = pairOf(sticky.cookieFor('pz2', undefined, PLACE));
    expect(tie(sticky, '/x?sid=1.pz1', cookie)?.route).toBe('pz1');
    expect(tie(sticky, '/x?sid=1.gone', cookie)).toEqual({ route: 'pz2', by: 'cookie', stale: false });
    expect(tie(sticky, '/x?sid=1.gone')?.route).toBe('gone');
  });
});

describe('the cookie', () => {
  const sticky = stickiness({ stickyCookie: STICKY_COOKIE });

  test('is set with the first reply, and again when another member answers', () => {
    expect(sticky.cookieFor('pz1', undefined, PLACE)).toMatch(/^balancer=k1~.*; Path=\/app; HttpOnly/);
    expect(sticky.cookieFor('pz1', { route: 'pz1', by: 'cookie', stale: false }, PLACE)).toBeUndefined();
    expect(sticky.cookieFor('pz2', { route: 'pz1', by: 'cookie', stale: false }, PLACE)).toBeDefined();
  });

  test('is set again when it grows old', () => {
    expect(sticky.cookieFor('pz1', { route: 'pz1', by: 'cookie', stale: true }, PLACE)).toBeDefined();
  });
});
