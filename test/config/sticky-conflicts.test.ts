import { expect, test } from '@jest/globals';
import { stickyConflicts } from '../../lib/config/sticky-conflicts.ts';

const signing = { keys: [] };

const conflicts = (cluster: unknown) =>
  stickyConflicts(cluster, ['clusters', 'c']).map(
    ({ path, message }) => `${path.slice(2).join('.')}: ${message}`,
  );

test('a signed cookie, or none, is no conflict', () => {
  expect(conflicts({ stickyCookie: {}, signing })).toEqual([]);
  expect(conflicts({})).toEqual([]);
  expect(conflicts(undefined)).toEqual([]);
});

test.each([
  [{ stickyCookie: {} }, ['stickyCookie: needs signing.keys, because its value is signed']],
  [{ stickyCookie: { sameSite: 'none' }, signing }, ['stickyCookie.sameSite: needs secure: true']],
  [{ stickyCookie: { sameSite: 'none', secure: true }, signing }, []],
  [
    { stickyCookie: { name: '__Secure-b' }, signing },
    ['stickyCookie.name: needs secure: true because of how it begins'],
  ],
  [
    { stickyCookie: { name: '__Host-b', secure: true, domain: 'a.example' }, signing },
    [
      'stickyCookie.name: needs path: "/" because of how it begins',
      'stickyCookie.domain: must be left out where the name begins with "__Host-"',
    ],
  ],
  [{ stickyCookie: { name: '__Host-b', secure: true, path: '/' }, signing }, []],
])('%j', (cluster, problems) => {
  expect(conflicts(cluster)).toEqual(problems);
});
