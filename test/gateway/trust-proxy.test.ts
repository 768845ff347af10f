import { describe, expect, test } from '@jest/globals';
import { trustsProxy } from '../../lib/gateway/trust-proxy.ts';

describe('trustsProxy', () => {
  test('believes everybody or nobody', () => {
    expect(trustsProxy(true)('203.0.113.5', 9)).toBe(true);
    expect(trustsProxy(false)('127.0.0.1', 0)).toBe(false);
  });

  test('believes as many proxies as it is told, whoever they are', () => {
    const trusts = trustsProxy(2);
    expect([0, 1, 2, 3].map((hop) => trusts('203.0.113.5', hop))).toEqual([true, true, false, false]);
    expect(trustsProxy(0)('127.0.0.1', 0)).toBe(false);
  });

  test.each<[string[], string, boolean]>([
    [['loopback'], '127.0.0.1', true],
    [['loopback'], '::1', true],
    [['loopback'], '10.0.0.1', false],
    [['uniquelocal'], '10.0.0.1', true],
    [['192.0.2.0/24'], '192.0.2.77', true],
    [['192.0.2.0/24'], '192.0.3.1', false],
    [['192.0.2.1', '2001:db8::/32'], '2001:db8::5', true],
    [['192.0.2.1'], '192.0.2.1', true],
    [[], '127.0.0.1', false],
  ])('who trusts %j and meets %s: %p', (trusted, address, expected) => {
    expect(trustsProxy(trusted)(address, 0)).toBe(expected);
  });
});
