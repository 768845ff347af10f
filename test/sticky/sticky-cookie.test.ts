import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SessionSigner, type SigningKey } from '../../lib/sticky/session-signature.ts';
import { StickyCookie, type StickyCookieSettings } from '../../lib/sticky/sticky-cookie.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { STICKY_COOKIE } from '../helpers/sticky-cookie-settings.ts';

const OLD: SigningKey = { id: 'k1', secret: 'the first secret of the cluster' };
const NEW: SigningKey = { id: 'k2', secret: 'the second secret of the cluster' };
const ROUTES = ['pz1', 'pz2', 'pz3'];
const CLIENT = { binding: '', secure: false, path: '/app' };

interface Given {
  readonly settings?: Partial<StickyCookieSettings>;
  readonly keys?: readonly SigningKey[];
  readonly cluster?: string;
  readonly clock?: FakeClock;
  readonly maxAge?: number;
}

function stickyCookie({
  settings,
  keys = [OLD],
  cluster = 'farm',
  clock,
  maxAge = 0,
}: Given = {}): StickyCookie {
  const signer = new SessionSigner(cluster, { keys, required: false, maxAge }, clock ?? new FakeClock());
  return new StickyCookie({ ...STICKY_COOKIE, ...settings }, signer);
}

/** What a browser sends back. */
const pairOf = (setCookie: string): string => setCookie.split(';')[0] ?? '';

const attributes = (settings: Partial<StickyCookieSettings>, place = CLIENT) =>
  stickyCookie({ settings }).write('pz2', place).split('; ').slice(1);

describe('the value', () => {
  test('leads back to the member', () => {
    for (const route of ROUTES) {
      const header = `a=b; ${pairOf(stickyCookie().write(route, CLIENT))}`;
      expect(stickyCookie().read(header, ROUTES, CLIENT)).toEqual({ route, stale: false });
    }
  });

  test('shows no route, no address and no name of the cluster', () => {
    const values = ROUTES.map((route) => pairOf(stickyCookie().write(route, CLIENT)).split('=')[1]);
    for (const value of values) expect(value).toMatch(/^k1~[0-9a-z]+~[A-Za-z0-9_-]{16}$/);
    expect(new Set(values).size).toBe(ROUTES.length);
  });

  test.each<[string, Given]>([
    ['another cluster', { cluster: 'other' }],
    ['another name', { settings: { name: 'other' } }],
    ['another secret', { keys: [{ ...OLD, secret: 'a secret that nobody was given' }] }],
    ['a key that was taken away', { keys: [NEW] }],
  ])('is worth nothing under %s', (_, elsewhere) => {
    const value = pairOf(stickyCookie().write('pz2', CLIENT)).split('=')[1];
    const name = elsewhere.settings?.name ?? 'balancer';
    expect(stickyCookie(elsewhere).read(`${name}=${value}`, ROUTES, CLIENT)).toBeUndefined();
  });

  test('is worth nothing to a client that it is not bound to', () => {
    const header = pairOf(stickyCookie().write('pz2', { ...CLIENT, binding: 'ada' }));
    expect(stickyCookie().read(header, ROUTES, { binding: 'ada' })?.route).toBe('pz2');
    expect(stickyCookie().read(header, ROUTES, { binding: 'eve' })).toBeUndefined();
  });

  test('is worth nothing when its member is no more', () => {
    const header = pairOf(stickyCookie().write('pz2', CLIENT));
    expect(stickyCookie().read(header, ['pz1', 'pz3'], CLIENT)).toBeUndefined();
  });

  test('may stand behind another cookie of the same name', () => {
    const header = `balancer=forged; ${pairOf(stickyCookie().write('pz2', CLIENT))}`;
    expect(stickyCookie().read(header, ROUTES, CLIENT)?.route).toBe('pz2');
  });

  test('is needed even where session values may do without signature', () => {
    expect(stickyCookie().read('balancer=', ROUTES, CLIENT)).toBeUndefined();
    expect(stickyCookie().read(undefined, ROUTES, CLIENT)).toBeUndefined();
  });

  test('is found out when any character of it is changed', () => {
    const [name = '', value = ''] = pairOf(stickyCookie().write('pz2', CLIENT)).split('=');
    fc.assert(
      fc.property(fc.nat(value.length - 1), fc.stringMatching(/^[A-Za-z0-9_~-]$/), (at, character) => {
        fc.pre(value[at] !== character);
        const forged = value.slice(0, at) + character + value.slice(at + 1);
        expect(stickyCookie().read(`${name}=${forged}`, ROUTES, CLIENT)).toBeUndefined();
      }),
    );
  });

  test('of any other text never leads anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(stickyCookie().read(`balancer=${text}`, ROUTES, CLIENT)).toBeUndefined();
      }),
    );
  });
});

describe('keys rotate:', () => {
  test('a value by a key that only verifies is good, and is to be set anew', () => {
    const header = pairOf(stickyCookie({ keys: [OLD, NEW] }).write('pz2', CLIENT));
    const rotated = stickyCookie({ keys: [NEW, OLD] });
    expect(rotated.read(header, ROUTES, CLIENT)).toEqual({ route: 'pz2', stale: true });
    const renewed = pairOf(rotated.write('pz2', CLIENT));
    expect(stickyCookie({ keys: [NEW] }).read(renewed, ROUTES, CLIENT)).toEqual({
      route: 'pz2',
      stale: false,
    });
  });
});

describe('a limited life', () => {
  test.each<[string, Given]>([
    ['in the browser', { settings: { maxAge: 60_000 } }],
    ['of signatures', { maxAge: 60_000 }],
  ])('%s is renewed at half of it', (_, given) => {
    const clock = new FakeClock();
    const cookie = stickyCookie({ ...given, clock });
    const header = pairOf(cookie.write('pz2', CLIENT));
    clock.advance(29_000);
    expect(cookie.read(header, ROUTES, CLIENT)).toEqual({ route: 'pz2', stale: false });
    clock.advance(3000);
    expect(cookie.read(header, ROUTES, CLIENT)).toEqual({ route: 'pz2', stale: true });
  });

  test('of signatures ends', () => {
    const clock = new FakeClock();
    const cookie = stickyCookie({ maxAge: 60_000, clock });
    const header = pairOf(cookie.write('pz2', CLIENT));
    clock.advance(62_000);
    expect(cookie.read(header, ROUTES, CLIENT)).toBeUndefined();
  });
});

describe('the attributes', () => {
  test('are the path of the cluster, HttpOnly and SameSite=Lax unless told otherwise', () => {
    expect(attributes({})).toEqual(['Path=/app', 'HttpOnly', 'SameSite=Lax']);
  });

  test('can be chosen', () => {
    expect(
      attributes({
        path: '/',
        domain: 'library.example',
        maxAge: 90_000,
        secure: true,
        httpOnly: false,
        sameSite: 'none',
      }),
    ).toEqual(['Path=/', 'Domain=library.example', 'Max-Age=90', 'Secure', 'SameSite=None']);
  });

  test('have Secure for clients that came by HTTPS', () => {
    expect(attributes({}, { ...CLIENT, secure: true })).toContain('Secure');
    expect(attributes({ secure: false }, { ...CLIENT, secure: true })).not.toContain('Secure');
  });

  test.each(['/app;Domain=evil.example', '/a b', '', 'app', '/a\r\nX: y'])(
    'are not extended by a client that came by the path %j',
    (path) => {
      expect(attributes({}, { ...CLIENT, path })).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax']);
    },
  );
});
