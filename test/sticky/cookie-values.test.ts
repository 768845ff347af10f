import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cookieValues } from '../../lib/sticky/cookie-values.ts';

describe('cookieValues', () => {
  test.each([
    ['session=1.pz2', ['1.pz2']],
    ['a=b;session=1.pz2', ['1.pz2']],
    ['a=b;\tsession = 1.pz2 ; c=d', ['1.pz2']],
    ['session="1.pz2"', ['1.pz2']],
    ['session=1%2Epz2', ['1.pz2']],
    ['session=1%252Epz2', ['1%2Epz2']],
    ['session=%zz', ['%zz']],
    ['session=a; session=b', ['a', 'b']],
    ['session=; session=b', ['', 'b']],
    ['session; session=b', ['b']],
    ['xsession=a; sessionx=b; session.x=c; Session=d', []],
    ['a=b,session=c', []],
    ['a="x; session=c"', ['c"']],
    ['q=cats session=c', []],
    ['session=j:{"a":1}', ['j:{"a":1}']],
    ['session=j:"1.pz2"', ['j:"1.pz2"']],
    ['session=j:"%zz"', ['j:"%zz"']],
    ['session=j:', ['j:']],
    ['', []],
    [undefined, []],
  ])('reads session from %j', (header, values) => {
    expect(cookieValues(header, 'session')).toEqual(values);
  });

  test('reads every value that was written under the name, in order, and no other', () => {
    const pairs = fc.array(
      fc.tuple(fc.constantFrom('session', 'sessio', 'sessions', 'a'), fc.stringMatching(/^[!-:<-~]{0,12}$/)),
    );
    fc.assert(
      fc.property(pairs, (written) => {
        const header = written.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ');
        const values = written.filter(([name]) => name === 'session');
        expect(cookieValues(header, 'session')).toEqual(values.map(([, value]) => value));
      }),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('a', '__proto__', 'toString'),
        (text, name) => {
          expect(cookieValues(`${name}=${text}`, name).every((value) => typeof value === 'string')).toBe(
            true,
          );
        },
      ),
    );
  });
});
