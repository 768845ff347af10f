import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { BySessions } from '../../lib/selection/bysessions.ts';
import { countPicks, keepBusy, membersWith, sum } from '../helpers/members.ts';

describe('bysessions', () => {
  test('chooses the member with the fewest sessions per load factor', () => {
    const [light, heavy] = membersWith([1, 2]) as [Member, Member];
    const sessions = new Map([
      [light, 3],
      [heavy, 5],
    ]);
    const selector = new BySessions((member) => sessions.get(member) ?? 0);
    expect(selector.select([light, heavy])).toBe(heavy);
    sessions.set(heavy, 7);
    expect(selector.select([light, heavy])).toBe(light);
  });

  test('counts an init under way as a session', () => {
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    keepBusy(first, 1);
    expect(new BySessions(() => 0).select([first, second])).toBe(second);
  });

  test('lets members without any session take turns by load factor, exactly in every round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (factors) => {
        const members = membersWith(factors);
        const selector = new BySessions(() => 0);
        const picks = Array.from({ length: sum(factors) }, () => selector.select(members));
        expect(countPicks(members, picks)).toEqual(factors);
      }),
    );
  });

  test('brings sessions that never end to the load factors, and keeps them there', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }), (factors) => {
        const members = membersWith(factors);
        const sessions = new Map<Member, number>();
        const selector = new BySessions((member) => sessions.get(member) ?? 0);
        for (let round = 1; round <= 3; round += 1) {
          for (let pick = 0; pick < sum(factors); pick += 1) {
            const member = selector.select(members) as Member;
            sessions.set(member, (sessions.get(member) ?? 0) + 1);
          }
          expect(members.map((member) => sessions.get(member))).toEqual(
            factors.map((factor) => factor * round),
          );
        }
      }),
    );
  });

  test('tells sessions per load factor as the standing', () => {
    const [member] = membersWith([2]) as [Member];
    expect(new BySessions(() => 4).standing(member)).toBe(4 / 200);
  });
});
