import { expect, test } from '@jest/globals';
import { parseAddressList } from '../../lib/config/address-list.ts';

test.each([
  [[]],
  [['10.0.0.1', '::1', '10.0.0.0/8', '2001:db8::/32', '192.168.0.0/255.255.0.0']],
  [['loopback', 'linklocal', 'uniquelocal', 'all']],
])('%j is taken as it is', (list) => {
  expect(parseAddressList(list)).toEqual(list);
});

test.each([undefined, null, 'all', '10.0.0.1', 7, {}])('%p is no list', (value) => {
  expect(() => parseAddressList(value)).toThrow('must be a list of which each entry is an address');
});

test.each([
  '',
  'localhost',
  '10.0.0',
  '10.0.0.0/33',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.1, 10.0.0.2',
  'ALL',
  7,
  null,
])('%p is no entry, and its place is told', (entry) => {
  expect(() => parseAddressList(['::1', entry])).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^must be an address.* or "all"$/), index: 1 }),
  );
});
