import { expect, test } from '@jest/globals';
import { eachHeader, hasHeader, headerText, headerTokens } from '../../../lib/protocol/http/headers.ts';

const HEADERS = ['Accept', 'a', 'X-List', 'B, c ,,', 'accept', 'd', 'x-list', 'E'];

test('headers are read in their order', () => {
  expect([...eachHeader(HEADERS)].map(({ name, key, value }) => [name, key, value])).toEqual([
    ['Accept', 'accept', 'a'],
    ['X-List', 'x-list', 'B, c ,,'],
    ['accept', 'accept', 'd'],
    ['x-list', 'x-list', 'E'],
  ]);
});

test('several lines are one list', () => {
  expect(headerText(HEADERS, 'accept')).toBe('a, d');
  expect(headerText(HEADERS, 'cookie')).toBe('');
  expect(headerTokens(HEADERS, 'x-list')).toEqual(['b', 'c', 'e']);
});

test('a header is there or not', () => {
  expect(hasHeader(HEADERS, 'x-list')).toBe(true);
  expect(hasHeader(HEADERS, 'x')).toBe(false);
});
