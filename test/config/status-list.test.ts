import { describe, expect, test } from '@jest/globals';
import { formatStatusList, parseStatusList } from '../../lib/config/status-list.ts';

describe('A list of statuses', () => {
  test('has numbers and ranges, and is written as it was read', () => {
    const list = [204, '200-399', '500-500', 599];
    expect(parseStatusList(list)).toEqual([
      [204, 204],
      [200, 399],
      [500, 500],
      [599, 599],
    ]);
    expect(formatStatusList(parseStatusList(list))).toEqual([204, '200-399', 500, 599]);
  });

  test.each([
    ['200', 'must be a list'],
    [[], 'must be a list'],
    [['2xx'], 'must be a status'],
    [[99], 'must be a status'],
    [[600], 'must be a status'],
    [[200.5], 'must be a status'],
    [['300-200'], 'must be a status'],
    [['200-999'], 'must be a status'],
  ])('is not %j', (value, message) => {
    expect(() => parseStatusList(value)).toThrow(message);
  });
});
