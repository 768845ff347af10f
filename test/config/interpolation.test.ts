import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapePlaceholders, fillIn } from '../../lib/config/interpolation.ts';

const ENVIRONMENT = { HOST: 'pz.example', EMPTY: '', _x1: 'one', NESTED: '${HOST}' };

test.each([
  ['http://${HOST}:80', 'http://pz.example:80'],
  ['${HOST}${_x1}', 'pz.exampleone'],
  ['[${EMPTY}]', '[]'],
  ['${NESTED}', '${HOST}'],
  ['$${HOST}', '${HOST}'],
  ['$$${HOST}', '$${HOST}'],
  ['costs $5 {x} $HOST', 'costs $5 {x} $HOST'],
])('%s becomes %s', (text, filled) => {
  expect(fillIn(text, ENVIRONMENT)).toBe(filled);
});

test.each(['UNSET', 'toString', '__proto__'])(
  'the variable %s is not set, and the error names it',
  (name) => {
    expect(() => fillIn(`x\${${name}}`, ENVIRONMENT)).toThrow(
      `needs the environment variable ${name}, which is not set`,
    );
  },
);

test.each(['${}', '${', '${HOST', '${HO-ST}', '${HOST:-x}', '${1X}', '${ HOST }'])(
  '%s is no variable, and the error says how to write the characters',
  (text) => {
    expect(() => fillIn(text, ENVIRONMENT)).toThrow('write "$${"');
  },
);

test('what was escaped is given back', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[${}A]{0,12}$/), (text) => {
      expect(fillIn(escapePlaceholders(text), {})).toBe(text);
    }),
  );
});
