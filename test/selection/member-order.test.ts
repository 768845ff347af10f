import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { MemberOrder } from '../../lib/selection/member-order.ts';
import { membersWith } from '../helpers/members.ts';

const MEMBERS = membersWith(Array.from({ length: 12 }, () => 1));
const change = fc.record({
  member: fc.constantFrom(...MEMBERS),
  value: fc.option(fc.integer({ min: -3, max: 3 })),
});

test('whatever changes, the first is the lowest of those that are accepted, the earlier turn before equals', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.subarray(MEMBERS), (changes, refused) => {
      const order = new MemberOrder();
      const values = new Map<Member, { value: number; turn: number }>();
      for (const [turn, { member, value }] of changes.entries()) {
        if (value === null) {
          order.delete(member);
          values.delete(member);
        } else {
          order.set(member, value, turn);
          values.set(member, { value, turn });
        }
      }
      const accepts = (member: Member): boolean => !refused.includes(member);
      const [expected] = [...values]
        .filter(([member]) => accepts(member))
        .toSorted(([, a], [, b]) => a.value - b.value || a.turn - b.turn);
      expect(order.first(accepts)?.route).toBe(expected?.[0].route);
      expect(order.size).toBe(values.size);
      expect(order.first(accepts)?.route).toBe(expected?.[0].route);
    }),
  );
});

test('cleared, it has nobody', () => {
  const order = new MemberOrder();
  for (const member of MEMBERS) order.set(member, 1, 0);
  order.clear();
  expect(order.first(() => true)).toBeUndefined();
  expect(order.at(0)).toBeUndefined();
});
