import { expect, test } from '@jest/globals';
import { showValue } from '../../lib/config/show-value.ts';

test.each([
  ['abc', '"abc"'],
  ['', '""'],
  ['a"b', '"a\\"b"'],
  [7, '7'],
  [null, 'null'],
  [undefined, 'undefined'],
  [true, 'true'],
  [[], 'an empty list'],
  [[1], 'a list'],
  [{}, 'an empty object'],
  [{ a: 1 }, 'an object'],
  [() => 1, 'a function'],
  [Symbol('x'), 'a symbol'],
  [10n, '10'],
])('%p is shown as %s', (value, shown) => {
  expect(showValue(value)).toBe(shown);
});

test('a long text is shortened', () => {
  expect(showValue('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
  expect(showValue('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
});

test('user name and password of an address are not shown', () => {
  expect(showValue('http://admin:hunter2@host:80/')).toBe('"http://…@host:80/"');
});

test.each(['secret', 'signingSecret', 'PASSWORD', 'accessToken'])('what is called %s is not shown', (key) => {
  expect(showValue('hunter2', ['clusters', 'main', key])).toBe('a value that is not shown');
});
