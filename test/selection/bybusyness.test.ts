import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { ByBusyness } from '../../lib/selection/bybusyness.ts';
import { countPicks, keepBusy, membersWith, sum } from '../helpers/members.ts';

const loads = fc.array(fc.record({ factor: fc.integer({ min: 1, max: 9 }), busy: fc.nat(5) }), {
  minLength: 1,
  maxLength: 6,
});

describe('bybusyness', () => {
  test('chooses one of the least busy, whatever the load factors', () => {
    fc.assert(
      fc.property(loads, (given) => {
        const members = membersWith(given.map(({ factor }) => factor));
        given.forEach(({ busy }, index) => keepBusy(members[index], busy));
        const chosen = new ByBusyness().select(members);
        expect(chosen?.load.busy).toBe(Math.min(...given.map(({ busy }) => busy)));
      }),
    );
  });

  test('takes turns by load factor among idle members, exactly in every round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (factors) => {
        const members = membersWith(factors);
        const selector = new ByBusyness();
        const picks = Array.from({ length: sum(factors) }, () => selector.select(members));
        expect(countPicks(members, picks)).toEqual(factors);
      }),
    );
  });

  test('chooses a member again as soon as its requests are over', () => {
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    const selector = new ByBusyness();
    const request = first.load.begin();
    expect(selector.select([first, second])).toBe(second);
    request.end();
    second.load.begin();
    expect(selector.select([first, second])).toBe(first);
  });
});
