import { expect, test } from '@jest/globals';
import { suggest } from '../../lib/config/suggestion.ts';

const KNOWN = ['retry', 'retryPause', 'replyTimeout'];

test.each([
  ['rety', 'retry'],
  ['RETRY', 'retry'],
  ['retrypause', 'retryPause'],
  ['replyTimeuot', 'replyTimeout'],
  ['replTimeout', 'replyTimeout'],
])('%s: did you mean %s', (found, meant) => {
  expect(suggest(found, KNOWN)).toBe(`; did you mean "${meant}"?`);
});

test.each(['x', '', 'members', 'somethingElse'])('%j is near none', (found) => {
  expect(suggest(found, KNOWN)).toBe('');
});

test('nothing is suggested where nothing is known', () => {
  expect(suggest('retry', [])).toBe('');
});
