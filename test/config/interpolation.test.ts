import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapePlaceholders, fillIn, type PlaceholderSources } from '../../lib/config/interpolation.ts';

const SOURCES: PlaceholderSources = {
  environment: { HOST: 'pz.example', EMPTY: '', _x1: 'one', NESTED: '${HOST}', file: 'no file' },
  readFile: (path) => `<${path}>`,
};
const NOTHING: PlaceholderSources = { environment: {}, readFile: () => '' };

test.each([
  ['http://${HOST}:80', 'http://pz.example:80'],
  ['${HOST}${_x1}', 'pz.exampleone'],
  ['[${EMPTY}]', '[]'],
  ['${NESTED}', '${HOST}'],
  ['$${HOST}', '${HOST}'],
  ['$$${HOST}', '$${HOST}'],
  ['costs $5 {x} $HOST', 'costs $5 {x} $HOST'],
  ['${file:/run/secrets/token}', '</run/secrets/token>'],
  ['a${file:b c}${file:${}d', 'a<b c><${>d'],
  ['${file}', 'no file'],
  ['$${file:x}', '${file:x}'],
])('%s becomes %s', (text, filled) => {
  expect(fillIn(text, SOURCES)).toBe(filled);
});

test.each(['UNSET', 'toString', '__proto__'])(
  'the variable %s is not set, and the error names it',
  (name) => {
    expect(() => fillIn(`x\${${name}}`, SOURCES)).toThrow(
      `needs the environment variable ${name}, which is not set`,
    );
  },
);

test.each([
  '${}',
  '${',
  '${HOST',
  '${HO-ST}',
  '${HOST:-x}',
  '${1X}',
  '${ HOST }',
  '${file:}',
  '${file:x',
  '${File:x}',
])('%s is neither variable nor file, and the error says how to write the characters', (text) => {
  expect(() => fillIn(text, SOURCES)).toThrow('write "$${"');
});

test('what was escaped is given back', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^(?:[${}A]|file:){0,12}$/), (text) => {
      expect(fillIn(escapePlaceholders(text), NOTHING)).toBe(text);
    }),
  );
});
