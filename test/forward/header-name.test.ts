import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isNamed } from '../../lib/forward/header-name.ts';

const NAME_CHARACTERS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const name = fc.string({
  unit: fc.constantFrom(...Array.from(NAME_CHARACTERS)),
  minLength: 1,
  maxLength: 20,
});

describe('a header is named', () => {
  test.each(['content-length', 'Content-Length', 'CONTENT-LENGTH', 'cOnTeNt-LeNgTh'])('%s', (written) => {
    expect(isNamed(written, 'content-length')).toBe(true);
  });

  test('as its name in lower case says, and not otherwise', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(isNamed(one, one.toLowerCase())).toBe(true);
        expect(isNamed(one, other.toLowerCase())).toBe(one.toLowerCase() === other.toLowerCase());
      }),
    );
  });

  // They stand 32 beside @, [, \, ], ^ and _, as capital letters stand beside small ones.
  test.each(['`', '{', '|', '}', '~', '\x7f', 'k'])('no other way: %j', (character) => {
    const beside = String.fromCharCode(character.charCodeAt(0) - 32);
    expect(isNamed(`a${beside}`, `a${character}`)).toBe(character === 'k');
  });

  test('only by all of it', () => {
    expect(isNamed('Content', 'content-length')).toBe(false);
    expect(isNamed('Content-Length2', 'content-length')).toBe(false);
    expect(isNamed('', 'te')).toBe(false);
  });
});
