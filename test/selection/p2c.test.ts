import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { PowerOfTwoChoices } from '../../lib/selection/p2c.ts';
import { countPicks, membersWith } from '../helpers/members.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

const factors = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
const chances = fc.array(fc.double({ min: 0, max: 0.999_999_9, noNaN: true }), {
  minLength: 2,
  maxLength: 2,
});

/** Draws these numbers, one after the other. */
function drawing(numbers: readonly number[]): { next(): number } {
  const left = [...numbers];
  return { next: () => left.shift() ?? 0 };
}

function askedInVain(): never {
  throw new Error('asked in vain');
}

describe('p2c', () => {
  test('never takes the busier of its two', () => {
    const loads = fc.array(fc.nat(20), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(factors, loads, chances, (loadFactors, load, numbers) => {
        const members = membersWith(loadFactors);
        const asked = new Set<Member>();
        const measure = (member: Member): number => {
          asked.add(member);
          return load[members.indexOf(member)] ?? 0;
        };
        const selector = new PowerOfTwoChoices(measure, drawing(numbers));
        const chosen = selector.select(members) as Member;
        expect(asked.size).toBe(members.length === 1 ? 0 : 2);
        for (const one of asked)
          expect(selector.standing(chosen)).toBeLessThanOrEqual(selector.standing(one));
      }),
    );
  });

  test('takes the first drawn of two equals', () => {
    const members = membersWith([1, 1, 1]);
    const first = (chance: number) =>
      new PowerOfTwoChoices(() => 7, drawing([chance, 0])).select(members)?.route;
    expect([first(0), first(0.4), first(0.99)]).toEqual(['pz1', 'pz2', 'pz3']);
  });

  test('gives idle members their shares', () => {
    const members = membersWith([1, 2, 5]);
    const selector = new PowerOfTwoChoices(() => 0, { next: seededRandom(3) });
    const counts = countPicks(
      members,
      Array.from({ length: 8000 }, () => selector.select(members)),
    );
    for (const [index, factor] of [1, 2, 5].entries()) {
      expect(Math.abs((counts[index] ?? 0) - 1000 * factor)).toBeLessThan(100);
    }
  });

  test('chooses nobody among no candidates, and the only one without asking for its load', () => {
    const selector = new PowerOfTwoChoices(askedInVain, drawing([]));
    expect(selector.select([])).toBeUndefined();
    const [only] = membersWith([1]) as [Member];
    expect(selector.select([only])).toBe(only);
  });
});
