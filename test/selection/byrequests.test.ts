import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Member } from '../../lib/cluster/member.ts';
import { ByRequests } from '../../lib/selection/byrequests.ts';
import { memberSettings } from '../helpers/member-settings.ts';

function membersWith(loadFactors: readonly number[]): Member[] {
  return loadFactors.map((loadFactor, index) => new Member(memberSettings(`pz${index}`, { loadFactor })));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const loadFactors = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

describe('byrequests', () => {
  test('chooses nobody among no candidates', () => {
    expect(new ByRequests().select([])).toBeUndefined();
  });

  test('spreads the picks of a heavy member over the round', () => {
    const members = membersWith([5, 1, 1]);
    const selector = new ByRequests();
    const picks = Array.from({ length: 7 }, () => selector.select(members)?.route);
    expect(picks).toEqual(['pz0', 'pz0', 'pz1', 'pz0', 'pz2', 'pz0', 'pz0']);
  });

  test('picks every member exactly as often as its load factor says in every round', () => {
    fc.assert(
      fc.property(loadFactors, fc.integer({ min: 1, max: 3 }), (factors, rounds) => {
        const members = membersWith(factors);
        const selector = new ByRequests();
        for (let round = 0; round < rounds; round += 1) {
          const picks = Array.from({ length: sum(factors) }, () => selector.select(members));
          expect(members.map((one) => picks.filter((pick) => pick === one).length)).toEqual(factors);
        }
      }),
    );
  });

  test('lets nobody fall behind its share by more picks than there are others', () => {
    fc.assert(
      fc.property(loadFactors, fc.nat(300), (factors, picks) => {
        const members = membersWith(factors);
        const selector = new ByRequests();
        const counts = new Map(members.map((member) => [member, 0]));
        for (let pick = 1; pick <= picks; pick += 1) {
          const member = selector.select(members);
          if (member !== undefined) counts.set(member, (counts.get(member) ?? 0) + 1);
          for (const [index, one] of members.entries()) {
            const share = (pick * (factors[index] ?? 0)) / sum(factors);
            expect(share - (counts.get(one) ?? 0)).toBeLessThanOrEqual(members.length - 1);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('only moves credit between members, and none of those that take no part', () => {
    const subset = fc.array(fc.nat(5), { maxLength: 6 });
    const round = fc.record({ part: subset, hit: fc.option(fc.nat(5)) });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 50 }), (rounds) => {
        const members = membersWith([1, 2, 3, 5, 8, 0.5]);
        const selector = new ByRequests();
        for (const { part, hit } of rounds) {
          const partners = members.filter((_, index) => part.includes(index));
          const before = members.map((member) => selector.standing(member));
          const charged = hit === null ? undefined : members[hit];
          if (charged === undefined) selector.select(partners);
          else selector.charge(charged, partners);
          const after = members.map((member) => selector.standing(member));
          expect(sum(after)).toBe(0);
          for (const [index, member] of members.entries()) {
            if (partners.includes(member) || member === charged) continue;
            expect(after[index]).toBe(before[index]);
          }
        }
      }),
    );
  });

  test('forgets a member that was removed', () => {
    const members = membersWith([1, 1]);
    const [first, second] = members as [Member, Member];
    const selector = new ByRequests();
    selector.select(members);
    expect(selector.standing(first)).toBe(-100);
    selector.forget(first);
    expect(selector.standing(first)).toBe(0);
    expect(selector.standing(second)).toBe(100);
  });
});
