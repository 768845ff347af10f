import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BalancerError } from '../../lib/errors.ts';
import { formatArguments, lastValue, parseArguments } from '../../lib/protocol/arguments.ts';
import { parseArguments as parseAsPazpar2 } from '../../lib/simulator/arguments.ts';
import { argumentLists, byteStrings, oddQueries } from '../helpers/byte-strings.ts';
import { outcomeOf, refusalOf } from '../helpers/refusals.ts';

function pairs(text: string): [string, string][] {
  return parseArguments(text).map(({ name, value }) => [name, value]);
}

function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe('parseArguments', () => {
  test.each<[string, string, [string, string][]]>([
    ['nothing', '', []],
    ['one argument', 'command=ping', [['command', 'ping']]],
    [
      'the same name twice',
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    [
      'empty tokens between arguments',
      'a=1&&&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a trailing &', 'a=1&', [['a', '1']]],
    ['nothing but &', '&&', []],
    ['a last token without =', 'a=1&b', [['a', '1']]],
    ['a last token without = before empty ones', 'a=1&b&&', [['a', '1']]],
    ['one token without =', 'a', []],
    ['an empty value', 'session=', [['session', '']]],
    ['an empty name', '=x', [['', 'x']]],
    ['a further = in a value', 'a=b=c', [['a', 'b=c']]],
    ['; which separates nothing', 'a=1;b=2', [['a', '1;b=2']]],
    ['# which begins no fragment', 'a=1#b', [['a', '1#b']]],
    ['+ for a blank', 'a+b=c+d', [['a b', 'c d']]],
    ['%2B for +', 'a=%2B', [['a', '+']]],
    ['encoded separators', 'a%3D%26=%26%3D', [['a=&', '&=']]],
    ['an encoded name', '%63omman%64=ping', [['command', 'ping']]],
    ['an encoded bracket', 'pz:name%5bx%5D=1', [['pz:name[x]', '1']]],
    ['hexadecimal digits of either case', 'a=%e4%E4', [['a', '\xe4\xe4']]],
    ['bytes as they are', 'a=\xe4', [['a', '\xe4']]],
    ['names of either case', 'Command=Ping', [['Command', 'Ping']]],
    ['an escape for %', 'a=100%25', [['a', '100%']]],
    ['an encoded escape, decoded once', 'a=%2541', [['a', '%41']]],
    ['a line end', 'session=1%0D%0Ax', [['session', '1\r\nx']]],
  ])('reads %s', (_, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test.each([
    ['at the end', 'a=100%', '100%'],
    ['before one digit', 'a=%4', '%4'],
    ['before no digits', 'a=%zz', '%zz'],
    ['before an escape', 'a=%%41', '%A'],
    ['before a +', 'a=%+41', '% 41'],
  ])('takes a %% %s for itself and marks the value', (_, text, value) => {
    expect(parseArguments(`${text}&b=2`)).toEqual([
      { name: 'a', value, damaged: true },
      { name: 'b', value: '2' },
    ]);
  });

  test.each([
    ['a token without = before others', 'foo&command=ping', 'the parameter foo without ='],
    ['a later one', 'a=1&foo&b=2', 'the parameter foo without ='],
    ['one before empty tokens', 'a=1&foo&&b=2', 'the parameter foo without ='],
    ['a leading &', '&command=ping', 'a leading &'],
    ['an invalid escape in a name', 'comm%zz=ping', 'invalid % escape in the parameter name comm%zz'],
    ['a cut escape in a name', 'a%4=1', 'invalid % escape'],
    ['a lone % as a name', '%=1', 'invalid % escape'],
    ['%00 in a value', 'command=ping%00x', '%00 in the value of command'],
    ['%00 beside an invalid escape', 'a=%zz%00', '%00 in the value of a'],
    ['%00 in a name', 'com%00mand=ping', '%00 in a parameter name'],
    ['a bare NUL', 'a=\0', '%00 in the value of a'],
  ])('refuses %s', (_, text, detail) => {
    const refusal = refusalOf(() => parseArguments(text));
    expect(refusal).toMatchObject({ code: 'REQUEST_AMBIGUOUS', detail: expect.stringContaining(detail) });
  });

  test('reads back whatever formatArguments wrote', () => {
    fc.assert(
      fc.property(argumentLists, (args) => {
        expect(parseArguments(formatArguments(args))).toEqual(args);
      }),
    );
  });

  test('reads what it accepts as Pazpar2 does, undecodable values aside', () => {
    fc.assert(
      fc.property(fc.oneof(oddQueries, byteStrings), (text) => {
        const ours = outcomeOf(() => parseArguments(text));
        if (ours instanceof BalancerError) return;
        const theirs = parseAsPazpar2(text);
        const expected = theirs.map(({ name, value }, index) =>
          ours[index]?.damaged === true ? ours[index] : { name, value },
        );
        expect(ours).toEqual(expected);
        expect(ours.map(({ name }) => name)).toEqual(theirs.map(({ name }) => name));
      }),
      { numRuns: 2000 },
    );
  });

  test('throws nothing but BalancerError', () => {
    fc.assert(
      fc.property(fc.oneof(oddQueries, byteStrings, fc.string({ unit: 'binary' })), (text) => {
        expect(() => outcomeOf(() => parseArguments(text))).not.toThrow();
      }),
    );
  });
});

describe('lastValue', () => {
  test('is the last value of a name, as Pazpar2 takes it', () => {
    const args = parseArguments('session=A&command=ping&session=B');
    expect(lastValue(args, 'session')).toBe('B');
    expect(lastValue(args, 'command')).toBe('ping');
    expect(lastValue(parseArguments('session=A&command=ping'), 'session')).toBe('A');
  });

  test('is undefined for a name that is missing or written otherwise', () => {
    expect(lastValue(parseArguments('Session=A'), 'session')).toBeUndefined();
  });
});

describe('formatArguments', () => {
  test('leaves plain values readable and encodes the rest', () => {
    const args = [
      { name: 'query', value: 'au=twain and (ti="huck")' },
      { name: 'pz:name[localhost:9999/db01]', value: '' },
      { name: 'sort', value: 'title:1,author' },
      { name: 'word', value: '\u0001\xe4+' },
    ];
    expect(formatArguments(args)).toBe(
      'query=au%3Dtwain%20and%20%28ti%3D%22huck%22%29&pz%3Aname%5Blocalhost%3A9999%2Fdb01%5D=' +
        '&sort=title:1,author&word=%01%E4%2B',
    );
  });

  test('writes what Pazpar2 reads as the same arguments', () => {
    fc.assert(
      fc.property(argumentLists, (args) => {
        expect(parseAsPazpar2(formatArguments(args))).toEqual(args);
      }),
    );
  });

  test('writes what a URL parser reads as the same arguments', () => {
    fc.assert(
      fc.property(argumentLists, (args) => {
        const url = new URL(`http://host/search.pz2?${formatArguments(args)}`);
        expect([...url.searchParams]).toEqual(args.map(({ name, value }) => [asText(name), asText(value)]));
      }),
    );
  });

  test('writes only characters that may stand in a request line', () => {
    fc.assert(
      fc.property(argumentLists, (args) => {
        expect(formatArguments(args)).toMatch(/^[!$-;=?-Z_a-z~&%]*$/);
      }),
    );
  });
});
