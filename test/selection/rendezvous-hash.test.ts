import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { ByRequests } from '../../lib/selection/byrequests.ts';
import { RendezvousHash } from '../../lib/selection/rendezvous-hash.ts';
import { countPicks, membersWith } from '../helpers/members.ts';

const factors = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 });
const keys = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 50 });

function hash(): RendezvousHash {
  return new RendezvousHash(new ByRequests());
}

function routesFor(selector: RendezvousHash, members: readonly Member[], ofKeys: readonly string[]) {
  return ofKeys.map((key) => selector.select(members, { key })?.route);
}

describe('hash', () => {
  test('sends a key to the same member every time, whoever asks and in whatever order members are declared', () => {
    fc.assert(
      fc.property(factors, keys, (loadFactors, ofKeys) => {
        const members = membersWith(loadFactors);
        const routes = routesFor(hash(), members, ofKeys);
        expect(routesFor(hash(), membersWith(loadFactors), ofKeys)).toEqual(routes);
        expect(routesFor(hash(), members.toReversed(), ofKeys)).toEqual(routes);
      }),
    );
  });

  test('moves only the keys of the member that went', () => {
    fc.assert(
      fc.property(factors, keys, fc.nat(), (loadFactors, ofKeys, which) => {
        const members = membersWith(loadFactors);
        const gone = members[which % members.length] as Member;
        const before = routesFor(hash(), members, ofKeys);
        const left = members.filter((member) => member !== gone);
        const after = routesFor(hash(), left, ofKeys);
        const moved = ofKeys.filter((_key, index) => after[index] !== before[index]);
        expect(moved).toEqual(ofKeys.filter((_key, index) => before[index] === gone.route));
      }),
    );
  });

  test('moves keys only towards a member whose load factor grows', () => {
    fc.assert(
      fc.property(factors, keys, (loadFactors, ofKeys) => {
        const before = routesFor(hash(), membersWith(loadFactors), ofKeys);
        const grown = loadFactors.map((factor, index) => (index === 0 ? factor * 2 : factor));
        const after = routesFor(hash(), membersWith(grown), ofKeys);
        const goals = after.filter((route, index) => route !== before[index]);
        expect(goals).toEqual(goals.map(() => 'pz1'));
      }),
    );
  });

  test('shares keys out by load factor', () => {
    const members = membersWith([1, 2, 5]);
    const selector = hash();
    const picks = Array.from({ length: 8000 }, (_, user) =>
      selector.select(members, { key: `user ${user}` }),
    );
    const counts = countPicks(members, picks);
    for (const [index, factor] of [1, 2, 5].entries()) {
      expect(Math.abs((counts[index] ?? 0) - 1000 * factor)).toBeLessThan(100);
    }
  });

  test('leaves requests without a key to the other method', () => {
    const members = membersWith([1, 1]);
    const selector = hash();
    const routes = [undefined, { key: '' }, undefined].map(
      (request) => selector.select(members, request)?.route,
    );
    expect(routes).toEqual(['pz1', 'pz2', 'pz1']);
    expect(selector.standing(members[0] as Member)).toBe(-100);
  });

  test('chooses nobody among no candidates', () => {
    expect(hash().select([], { key: 'x' })).toBeUndefined();
  });
});
