import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { Standings } from '../../lib/selection/standings.ts';
import { membersWith, sum } from '../helpers/members.ts';

describe('Standings', () => {
  test('credit load factors and let one pay for all', () => {
    const members = membersWith([1, 2]);
    const standings = new Standings();
    standings.pay(members[0] as Member, standings.credit(members));
    expect(members.map((member) => standings.of(member))).toEqual([-200, 200]);
  });

  test('never go apart by more than fifty rounds, keep their order, and add up to nothing', () => {
    const payers = fc.array(fc.nat(2), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
        payers,
        (factors, paying) => {
          const members = membersWith(factors);
          const standings = new Standings();
          for (const payer of paying) {
            const total = standings.credit(members);
            standings.pay(members[payer] as Member, total);
            const now = members.map((member) => standings.of(member));
            expect(Math.max(...now.map(Math.abs))).toBeLessThanOrEqual(50.001 * total);
            expect(sum(now)).toBeCloseTo(0, 3);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('forget what long past sessions cost: after any number of hits on one, the others soon take turns with it again', () => {
    const members = membersWith([1, 1]);
    const [hit] = members as [Member, Member];
    const standings = new Standings();
    for (let request = 0; request < 10_000; request += 1) standings.pay(hit, standings.credit(members));
    expect(standings.of(hit)).toBeCloseTo(-50 * 200);
  });
});
