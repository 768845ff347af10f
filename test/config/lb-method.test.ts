import { describe, expect, test } from '@jest/globals';
import { lbMethodOption, parseLbMethod } from '../../lib/config/lb-method.ts';

function chooseFirst(): string {
  return 'pz1';
}

describe('A method', () => {
  test.each([
    'byrequests',
    'bytraffic',
    'bybusyness',
    'bysessions',
    'p2c',
    { method: 'p2c', measure: 'latency' },
    { method: 'hash', key: 'address' },
    { method: 'hash', key: { parameter: 'user' } },
  ])('is %j', (value) => {
    expect(parseLbMethod(value)).toEqual(value);
  });

  const byFigures = { maxAge: 60_000, smoothing: 0, choices: 'all', fallback: 'byrequests' };

  test.each<[value: unknown, read: object]>([
    ['least:load1', { method: 'least', of: 'load1', ...byFigures }],
    ['most:disk.free', { method: 'most', of: 'disk.free', ...byFigures }],
    [
      { least: 'load1', maxAge: 0 },
      { method: 'least', of: 'load1', ...byFigures, maxAge: 0 },
    ],
    [
      { most: 'a', choices: 'two' },
      { method: 'most', of: 'a', ...byFigures, choices: 'two' },
    ],
    [
      { expression: 'load1/cpus', smoothing: '10s', fallback: 'bysessions' },
      { method: 'expression', of: 'load1/cpus', ...byFigures, smoothing: 10_000, fallback: 'bysessions' },
    ],
    ['heartbeat', { method: 'heartbeat', fallback: 'byrequests' }],
    [
      { method: 'heartbeat', fallback: 'p2c' },
      { method: 'heartbeat', fallback: 'p2c' },
    ],
  ])('by statistics is %j, and is written out again', (value, read) => {
    const method = parseLbMethod(value);
    expect(method).toEqual(read);
    expect(parseLbMethod(lbMethodOption(method))).toEqual(read);
  });

  test('may be a function', () => {
    expect(parseLbMethod(chooseFirst)).toBe(chooseFirst);
  });

  test('of two choices goes by requests in flight unless told otherwise', () => {
    expect(parseLbMethod({ method: 'p2c' })).toEqual({ method: 'p2c', measure: 'busy' });
  });

  test('finds headers in lower case, as Node gives them', () => {
    const value = { method: 'hash', key: { header: 'X-User' } };
    expect(parseLbMethod(value)).toEqual({ method: 'hash', key: { header: 'x-user' } });
  });

  test.each([
    ['byrequest', /did you mean "byrequests"/],
    [7, /must be/],
    [null, /must be/],
    [{ method: 'p2c', measure: 'size' }, /"busy"/],
    [{ method: 'p2c', key: 'address' }, /must be \{ method: "p2c"/],
    [{ method: 'hash' }, /must have a key/],
    [{ method: 'hash', key: 'cookie' }, /must have a key/],
    [{ method: 'hash', key: { parameter: 'a b' } }, /must have a key/],
    [{ method: 'hash', key: { header: 'x', parameter: 'y' } }, /must have a key/],
    [{ method: 'hash', key: 'address', measure: 'busy' }, /must be/],
    [{ method: 'hash', key: 'address', keys: 1 }, /unknown key "keys"/],
    ['least:', /must name a statistic behind "least"/],
    ['most:Load', /must name a statistic/],
    ['heartbeats', /must be/],
    [{ least: 7 }, /must name a statistic/],
    [{ least: 'a', most: 'b' }, /must be/],
    [{ least: 'a', smothing: '1s' }, /unknown key "smothing"; did you mean "smoothing"/],
    [{ least: 'a', maxAge: 5 }, /for seconds write "5s"/],
    [{ least: 'a', choices: 'three' }, /"all" or "two"/],
    [{ least: 'a', fallback: 'hash' }, /"byrequests"/],
    [{ expression: 'load1/' }, /has an expression that must be made of numbers/],
    [{ expression: 'eval(load1)' }, /not eval/],
    [{ expression: 7 }, /must have a text/],
    [{ method: 'heartbeat', maxAge: '1s' }, /unknown key/],
  ])('is not %j', (value, message) => {
    expect(() => parseLbMethod(value)).toThrow(message);
  });
});
