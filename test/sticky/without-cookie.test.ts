import { expect, test } from '@jest/globals';
import { withoutCookie } from '../../lib/sticky/without-cookie.ts';

test.each([
  ['steer=x', undefined],
  ['a=1; steer=x; b=2', 'a=1; b=2'],
  ['steer=x; a=1', 'a=1'],
  ['steer=x;steer=y ;a=1', 'a=1'],
  ['a=1; steering=x', 'a=1; steering=x'],
  ['a=steer=x', 'a=steer=x'],
  [' steer = x; b', 'b'],
])('of %j %j is left', (given, left) => {
  expect(withoutCookie(['Host', 'a', 'cookie', given, 'X-A', 'steer=x'], 'steer')).toEqual([
    'Host',
    'a',
    ...(left === undefined ? [] : ['cookie', left]),
    'X-A',
    'steer=x',
  ]);
});
