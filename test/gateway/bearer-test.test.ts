import { expect, test } from '@jest/globals';
import { bearerTest } from '../../lib/gateway/bearer-test.ts';

const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';

test('without a token everybody may come', () => {
  expect([undefined, '', 'Bearer x'].map(bearerTest(undefined))).toEqual([true, true, true]);
});

test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}`])('%s opens', (authorization) => {
  expect(bearerTest(TOKEN)(authorization)).toBe(true);
});

test.each([
  undefined,
  '',
  TOKEN,
  'Bearer',
  'Bearer ',
  `Basic ${TOKEN}`,
  `Bearer${TOKEN}`,
  `Bearer ${TOKEN}x`,
  `Bearer ${TOKEN.slice(1)}`,
  `Bearer ${TOKEN.toLowerCase()}`,
  `Bearer ${TOKEN} ${TOKEN}`,
  `Bearer x, Bearer ${TOKEN}`,
  ` Bearer ${TOKEN}`,
])('%p does not', (authorization) => {
  expect(bearerTest(TOKEN)(authorization)).toBe(false);
});
