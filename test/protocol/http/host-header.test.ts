import { expect, test } from '@jest/globals';
import { checkHost } from '../../../lib/protocol/http/host-header.ts';
import { outcomeOf, refusalOf } from '../../helpers/refusals.ts';

test.each([
  undefined,
  '',
  'lb.test',
  'lb.test:8080',
  'farm_one',
  '127.0.0.1:1',
  '[::1]',
  '[2001:db8::1]:443',
])('%s passes', (host) => {
  expect(outcomeOf(() => checkHost(host))).toBeUndefined();
});

test.each([
  'bad host',
  'lb.test/x',
  'user@lb.test',
  'a,b',
  'a;b',
  'lb.test:x',
  '[::1',
  '::1',
  'lb.test\\x',
  'å.test',
])('%s is refused', (host) => {
  expect(refusalOf(() => checkHost(host)).code).toBe('REQUEST_MALFORMED');
});
