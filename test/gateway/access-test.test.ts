import { describe, expect, test } from '@jest/globals';
import { accessTest } from '../../lib/gateway/access-test.ts';

const INSIDE = ['10.0.0.1', '10.255.0.7', '::ffff:10.0.0.1'];
const OUTSIDE = ['11.0.0.1', '203.0.113.9', '2001:db8::1'];
const NOBODY = ['', 'unknown', '10.0.0.1:4711', '_hidden'];
const NETWORK = ['10.0.0.0/8'];

describe.each<
  [string, { allow?: string[]; deny?: string[] }, Record<'inside' | 'outside' | 'nobody', boolean>]
>([
  ['no list lets everybody in', {}, { inside: true, outside: true, nobody: true }],
  [
    'an allow alone keeps all others out',
    { allow: NETWORK },
    { inside: true, outside: false, nobody: false },
  ],
  ['a deny alone lets all others in', { deny: NETWORK }, { inside: false, outside: true, nobody: false }],
  [
    "Apache's recipe: deny all, allow some",
    { allow: NETWORK, deny: ['all'] },
    { inside: true, outside: false, nobody: false },
  ],
  ['allow wins over deny', { allow: NETWORK, deny: NETWORK }, { inside: true, outside: true, nobody: false }],
  ['all may be allowed', { allow: ['all'] }, { inside: true, outside: true, nobody: true }],
  ['all may be denied', { deny: ['all'] }, { inside: false, outside: false, nobody: false }],
  [
    'several entries',
    { allow: ['192.0.2.1', '::1', ...NETWORK] },
    { inside: true, outside: false, nobody: false },
  ],
])('%s', (_, { allow = [], deny = [] }, expected) => {
  const admits = accessTest({ allow, deny });

  test.each(INSIDE)('%s', (address) => expect(admits(address)).toBe(expected.inside));
  test.each(OUTSIDE)('%s', (address) => expect(admits(address)).toBe(expected.outside));
  test.each(NOBODY)('%p, which is no address', (address) => expect(admits(address)).toBe(expected.nobody));
});

test('the words for networks are understood', () => {
  const admits = accessTest({ allow: ['loopback', 'uniquelocal'], deny: [] });
  expect(['127.0.0.9', '::1', '192.168.1.1', '172.16.0.1', 'fd00::1', '8.8.8.8'].map(admits)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
});

test.each(['fe80::1%eth0', 'fe80::1%eth0.100', 'fe80::1%br-lan'])(
  'the interface of a link-local address hides nobody: %s',
  (address) => {
    expect(accessTest({ allow: [], deny: ['linklocal'] })(address)).toBe(false);
    expect(accessTest({ allow: ['linklocal'], deny: [] })(address)).toBe(true);
  },
);
