import { expect, test } from '@jest/globals';
import { checkMemberUrl } from '../../lib/config/member-url.ts';

test.each(['http://127.0.0.1:9763', 'https://[::1]:9763/search.pz2', 'unix:/run/pz2.sock:/search.pz2'])(
  '%s stays as it was written',
  (url) => {
    expect(checkMemberUrl(url)).toBe(url);
  },
);

test.each([
  [9763, 'must be a text'],
  [null, 'must be a text'],
  ['', 'a member URL is written'],
  ['127.0.0.1:9763', 'a member URL is written'],
  ['http://a:1?x', 'a member URL has no query'],
  ['http://u:p@a:1', 'a member URL has no user information'],
])('%j is refused: %s', (url, reason) => {
  expect(() => checkMemberUrl(url)).toThrow(reason);
});
