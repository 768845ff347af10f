import { expect, test } from '@jest/globals';
import { farmByHost } from '../../../lib/protocol/http/farm-host.ts';

const FARMS = ['farm_one', 'Farm-Two'];

test.each([
  ['farm_one', 'farm_one'],
  ['farm_one:80', 'farm_one'],
  ['FARM_ONE', 'farm_one'],
  ['farm-two', 'Farm-Two'],
])('the host %s names the farm %s', (host, farm) => {
  expect(farmByHost(host, FARMS)).toBe(farm);
});

test.each(['farm_on', 'farm_one2', 'farm_one.test', 'x.farm_one', '', ':80', undefined])(
  'the host %s names none',
  (host) => {
    expect(farmByHost(host, FARMS)).toBeUndefined();
  },
);
