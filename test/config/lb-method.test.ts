import { describe, expect, test } from '@jest/globals';
import { parseLbMethod } from '../../lib/config/lb-method.ts';

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
  ])('is not %j', (value, message) => {
    expect(() => parseLbMethod(value)).toThrow(message);
  });
});
