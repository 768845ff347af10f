import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { stickyFields } from '../../lib/config/sticky-schema.ts';

const schema = z.strictObject(stickyFields);

test('nothing is sticky unless it is asked for', () => {
  expect(schema.parse({})).toEqual({ stickySeparator: '.', sessionLoss: 'redispatch' });
});

test('a cookie of our own has defaults for all of it', () => {
  expect(schema.parse({ stickyCookie: {} }).stickyCookie).toEqual({
    name: 'balancer',
    path: undefined,
    domain: undefined,
    maxAge: 0,
    secure: 'auto',
    httpOnly: true,
    sameSite: 'lax',
  });
});

test('everything can be chosen', () => {
  const options = {
    stickySession: 'JSESSIONID|jsessionid',
    stickySeparator: 'off',
    stickyCookie: { name: 'b', path: '/app', domain: 'library.example', maxAge: '30m', sameSite: 'strict' },
    sessionLoss: 'error',
  };
  expect(schema.parse(options)).toMatchObject({
    stickySession: { cookie: 'JSESSIONID', parameter: 'jsessionid' },
    stickyCookie: {
      name: 'b',
      path: '/app',
      domain: 'library.example',
      maxAge: 1_800_000,
      sameSite: 'strict',
    },
    sessionLoss: 'error',
  });
});

test.each([
  { stickyCookie: { maxAge: '1500ms' } },
  { stickyCookie: { maxAge: '9601h' } },
  { stickyCookie: { value: 'pz1' } },
  { stickyCookie: true },
  { stickySession: 'a|b|c' },
  { sessionLoss: 'ignore' },
])('%j is refused', (options) => {
  expect(schema.safeParse(options).success).toBe(false);
});
