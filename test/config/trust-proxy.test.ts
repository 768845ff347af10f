import { expect, test } from '@jest/globals';
import { parseTrustProxy } from '../../lib/config/trust-proxy.ts';

test.each([
  [true, true],
  [false, false],
  [0, 0],
  [32, 32],
  ['loopback', ['loopback']],
  ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  [
    ['linklocal', 'uniquelocal', '192.0.2.1', '2001:db8::/32'],
    ['linklocal', 'uniquelocal', '192.0.2.1', '2001:db8::/32'],
  ],
  [[], []],
])('%j is read as %j', (written, trusted) => {
  expect(parseTrustProxy(written)).toEqual(trusted);
});

test.each([
  [-1, 'whole number from 0 to 32'],
  [33, 'whole number from 0 to 32'],
  [1.5, 'whole number from 0 to 32'],
  [null, 'must be true, false, the number of proxies'],
  [{}, 'must be true, false, the number of proxies'],
  ['', 'must be an address'],
  ['localhost', 'must be an address'],
  ['10.0.0.0/33', 'must be an address'],
  ['loopback,', 'must be an address'],
])('%j is refused: %s', (written, reason) => {
  expect(() => parseTrustProxy(written)).toThrow(reason);
});

test('in a list the refused entry is named', () => {
  expect(() => parseTrustProxy(['loopback', 'example.org'])).toThrow(expect.objectContaining({ index: 1 }));
  expect(() => parseTrustProxy([1])).toThrow(expect.objectContaining({ index: 0 }));
});

test('the list of the caller is not taken over', () => {
  const addresses = ['loopback'];
  expect(parseTrustProxy(addresses)).not.toBe(addresses);
});
