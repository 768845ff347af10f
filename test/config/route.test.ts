import { expect, test } from '@jest/globals';
import { parseRoute } from '../../lib/config/route.ts';

test('a route is read as it is', () => {
  expect(parseRoute('pz1')).toBe('pz1');
});

test.each(['1pz', 'a.b', 'e5', '', 7, null])('%j is refused with the rule', (route) => {
  expect(() => parseRoute(route)).toThrow('is no route. A route starts with a letter');
});
