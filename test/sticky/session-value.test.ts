import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatSessionValue,
  isRoute,
  parseSessionValue,
  ROUTE_RULE,
} from '../../lib/sticky/session-value.ts';

const numbers = fc.integer({ min: 0, max: 2_147_483_647 }).map(String);
const tags = fc.stringMatching(/^[A-Za-z0-9_~-]{1,36}$/);
const routes = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_~-]{0,31}$/).filter(isRoute);
const sessionValues = fc.record({
  number: numbers,
  tag: fc.option(tags, { nil: undefined }),
  route: fc.option(routes, { nil: undefined }),
});
/** Strings that often come close to the grammar, and any others. */
const spellings = fc.oneof(
  fc.stringMatching(/^[ +-]?[0-9]{1,11}(-[A-Za-z0-9_~-]{0,4})?(\.[A-Za-z0-9_~.-]{0,5})?[ \n]?$/),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

describe('parseSessionValue', () => {
  test.each([
    ['34747909', { number: '34747909', tag: undefined, route: undefined }],
    ['34747909.pz1', { number: '34747909', tag: undefined, route: 'pz1' }],
    ['34747909-Zm9v_-~.pz1', { number: '34747909', tag: 'Zm9v_-~', route: 'pz1' }],
    ['0-a', { number: '0', tag: 'a', route: undefined }],
    ['1--.p', { number: '1', tag: '-', route: 'p' }],
    ['2147483647.e', { number: '2147483647', tag: undefined, route: 'e' }],
  ])('takes %s apart', (value, parts) => {
    expect(parseSessionValue(value)).toEqual(parts);
  });

  test.each([
    ['nothing', ''],
    ['no number', '.pz1'],
    ['a leading zero', '01.pz1'],
    ['a sign', '+1.pz1'],
    ['a negative number', '-1.pz1'],
    ['a leading blank', ' 1.pz1'],
    ['a line end', '1.pz1\n'],
    ['a number that Pazpar2 never gives', '2147483648.pz1'],
    ['a number that overflows to another session', '4329721602.pz1'],
    ['letters behind the number', '34754306abc.pz1'],
    ['an empty tag', '1-.pz1'],
    ['a tag that needs encoding', '1-a+b.pz1'],
    ['an empty route', '1.'],
    ['a route with a dot', '1.a.pz2'],
    ['a route that begins with a digit', '1.1pz'],
    ['a route that makes the value a number', '123.e5'],
    ['a NUL', '1\0.pz1'],
    ['digits of another script', '١.pz1'],
  ])('refuses %s', (_, value) => {
    expect(parseSessionValue(value)).toBeUndefined();
  });

  test('accepts 80 characters and refuses 81', () => {
    expect(parseSessionValue(`1-${'a'.repeat(78)}`)?.tag).toHaveLength(78);
    expect(parseSessionValue(`1-${'a'.repeat(79)}`)).toBeUndefined();
  });

  test('never throws, and accepts one spelling only of every session', () => {
    fc.assert(
      fc.property(spellings, (value) => {
        const parts = parseSessionValue(value);
        expect(parts === undefined ? value : formatSessionValue(parts)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads the number that Pazpar2 reads', () => {
    fc.assert(
      fc.property(spellings, (value) => {
        const parts = parseSessionValue(value);
        const number = parts?.number ?? String(Number.parseInt(value, 10));
        expect(number).toBe(String(Number.parseInt(value, 10)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('formatSessionValue', () => {
  test('is undone by parseSessionValue', () => {
    fc.assert(
      fc.property(sessionValues, (parts) => {
        expect(parseSessionValue(formatSessionValue(parts))).toEqual(parts);
      }),
    );
  });

  test('gives values that nobody takes for a number once they have a route', () => {
    fc.assert(
      fc.property(sessionValues, routes, (parts, route) => {
        expect(Number(formatSessionValue({ ...parts, route }))).toBeNaN();
      }),
    );
  });

  test('has room for the longest number and route and a tag of 36 characters', () => {
    const parts = { number: '2147483647', tag: 't'.repeat(36), route: 'r'.repeat(32) };
    expect(formatSessionValue(parts)).toHaveLength(80);
  });

  test.each([
    ['number "007"', { number: '007', tag: undefined, route: undefined }],
    ['tag ""', { number: '1', tag: '', route: 'pz1' }],
    ['tag "a.b"', { number: '1', tag: 'a.b', route: 'pz1' }],
    ['route "pz.1"', { number: '1', tag: undefined, route: 'pz.1' }],
    ['longer than 80 characters', { number: '1', tag: 'a'.repeat(79), route: undefined }],
  ])('throws and names the offending part: %s', (part, value) => {
    expect(() => formatSessionValue(value)).toThrow(TypeError);
    expect(() => formatSessionValue(value)).toThrow(part);
  });
});

describe('isRoute', () => {
  test.each(['pz1', 'P', 'e', 'east-1', 'e5a', 'e-a', 'a_b~c', 'a'.repeat(32)])('allows %s', (route) => {
    expect(isRoute(route)).toBe(true);
  });

  test.each(['', '1pz', '-pz', 'pz.1', 'pz 1', 'pz\n', 'pé', 'e5', 'E5', 'e-5', 'a'.repeat(33)])(
    'refuses %j',
    (route) => {
      expect(isRoute(route)).toBe(false);
    },
  );

  test('is said in words where a route is refused', () => {
    expect(() => formatSessionValue({ number: '1', tag: undefined, route: 'e5' })).toThrow(ROUTE_RULE);
  });
});
