import { expect, test } from '@jest/globals';
import { parseToken } from '../../lib/config/token.ts';

test.each(['q2Jv7mXz0aB4cD6eF8gH1i', 'abcdefghijklmnopqrst-._~+/==', '0'.repeat(100)])(
  '%s is taken',
  (token) => {
    expect(parseToken(token)).toBe(token);
  },
);

test.each([
  ['too short', 'q2Jv7mXz0aB4cD6eF8gH1'],
  ['a blank', 'correct horse battery staple'],
  ['a line break at its end', 'q2Jv7mXz0aB4cD6eF8gH1iK3\n'],
  ['letters that no header takes', 'ä'.repeat(30)],
  ['= in the middle', 'q2Jv7mXz0aB4=cD6eF8gH1iK3'],
  ['a number', 1e30],
  ['nothing', undefined],
])('refused: %s', (_, token) => {
  expect(() => parseToken(token)).toThrow('must be a text of at least 22 letters');
});
