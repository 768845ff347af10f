import { expect, test } from '@jest/globals';
import { parseBoolean, parseChoice } from '../../lib/config/choice.ts';

const STATES = ['enabled', 'draining', 'stopped'];

test.each(STATES)('%s is one of the words', (word) => {
  expect(parseChoice(word, STATES)).toBe(word);
});

test('a word that is near one of them is refused with that one suggested', () => {
  expect(() => parseChoice('Drainig', STATES)).toThrow(
    'must be "enabled" or "draining" or "stopped"; did you mean "draining"?',
  );
});

test.each(['x', '', null, 1, ['enabled']])('%j is refused without a suggestion', (value) => {
  expect(() => parseChoice(value, STATES)).toThrow(/"stopped"$/);
});

test('true and false are read, words for them are not', () => {
  expect(parseBoolean(true)).toBe(true);
  expect(parseBoolean(false)).toBe(false);
  for (const word of ['true', 'yes', 1, 0, null])
    expect(() => parseBoolean(word)).toThrow('must be true or false');
});
