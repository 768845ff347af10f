import { describe, expect, test } from '@jest/globals';
import { Custom } from '../../lib/selection/custom.ts';
import { keepBusy, membersWith } from '../helpers/members.ts';

function askedInVain(): never {
  throw new Error('asked in vain');
}

describe("A method of one's own", () => {
  test('gets what is known of the candidates and the key, and chooses by route', () => {
    const members = membersWith([1, 2.5]);
    keepBusy(members[1], 3);
    members[1]?.load.countElected();
    members[1]?.load.observeLatency(40, 0);
    const calls: unknown[] = [];
    const selector = new Custom((...call) => {
      calls.push(call);
      return 'pz2';
    });
    expect(selector.select(members, { key: 'k' })).toBe(members[1]);
    expect(calls).toEqual([
      [
        [
          { route: 'pz1', loadFactor: 1, busy: 0, elected: 0, latency: 0 },
          { route: 'pz2', loadFactor: 2.5, busy: 3, elected: 1, latency: 40 },
        ],
        { key: 'k' },
      ],
    ]);
  });

  test.each([
    ['names nobody of them', () => 'pz9'],
    ['answers something else', () => 7 as unknown as string],
    ['throws', askedInVain],
  ])('that %s leaves the choice to the first', (_, choose) => {
    const members = membersWith([1, 1]);
    expect(new Custom(choose).select(members)).toBe(members[0]);
  });

  test('is not asked when there is nobody to choose from', () => {
    expect(new Custom(askedInVain).select([])).toBeUndefined();
  });
});
