import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decode, parseArguments, RequestArguments, UNDEFINED_BYTE } from '../../lib/simulator/arguments.ts';

const pairs = (text: string): string[][] => parseArguments(text).map(({ name, value }) => [name, value]);

describe('A query string is taken apart as Pazpar2 does it:', () => {
  test.each([
    [
      'command=ping&session=1',
      [
        ['command', 'ping'],
        ['session', '1'],
      ],
    ],
    ['', []],
    ['foo', []],
    ['?foo&command=ping', []],
    ['command=ping&foo', [['command', 'ping']]],
    ['command=ping&foo&session=1', [['command', 'ping']]],
    ['&command=ping', []],
    [
      'command=ping&&&session=1',
      [
        ['command', 'ping'],
        ['session', '1'],
      ],
    ],
    ['command=ping&', [['command', 'ping']]],
    ['a=b=c', [['a', 'b=c']]],
    ['=b', [['', 'b']]],
    ['a=1;b=2', [['a', '1;b=2']]],
    ['%63ommand=ping', [['command', 'ping']]],
    ['a=1+2%2B', [['a', '1 2+']]],
    ['a%3Db=c%26d', [['a=b', 'c&d']]],
    ['command=ping%00x', [['command', 'ping']]],
    ['a=#b', [['a', '#b']]],
    ['a=b\0&c=d', [['a', 'b']]],
  ])('%j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test('percent signs without two characters after them stand for themselves', () => {
    expect([decode('100%'), decode('a%4'), decode('%4g')]).toEqual(['100%', 'a%4', '\x04']);
  });

  test('a percent sign before what is no number leaves a byte that says nothing', () => {
    expect(decode('a%zzb')).toBe(`a${UNDEFINED_BYTE}b`);
  });
});

describe('Of arguments with the same name', () => {
  test('the last one counts', () => {
    expect(new RequestArguments('session=1&session=2').get('session')).toBe('2');
  });

  test('one of the form body counts more than one of the query', () => {
    expect(new RequestArguments('session=1', 'session=2').get('session')).toBe('2');
  });

  test('a query that ends early does not touch the form body', () => {
    const both = new RequestArguments('command=ping&broken&session=1', 'session=2');
    expect([both.get('command'), both.get('session')]).toEqual(['ping', '2']);
  });

  test('all are listed, last one first', () => {
    const names = new RequestArguments('a=1&b=2', 'c=3').lastFirst().map(({ name }) => name);
    expect(names).toEqual(['c', 'b', 'a']);
  });
});

test('What URLSearchParams writes is read back', () => {
  const text = fc.string({ unit: 'binary-ascii' }).filter((value) => !value.includes('\0'));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (list) => {
      expect(pairs(new URLSearchParams(list).toString())).toEqual(list);
    }),
  );
});
