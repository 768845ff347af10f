import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member } from '../../lib/cluster/member.ts';
import { ByTraffic } from '../../lib/selection/bytraffic.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { membersWith } from '../helpers/members.ts';

const HALF_LIFE = 20_000;

/** A request of so many bytes goes to the chosen one. */
function serve(selector: ByTraffic, candidates: readonly Member[], bytes: number): Member {
  const member = selector.select(candidates) as Member;
  const attempt = member.load.begin();
  attempt.received(bytes);
  attempt.end();
  return member;
}

function serveOften(selector: ByTraffic, candidates: readonly Member[], requests: number): string[] {
  return Array.from({ length: requests }, () => serve(selector, candidates, 1000).route);
}

describe('bytraffic', () => {
  test('chooses the member with the fewest bytes per load factor', () => {
    const members = membersWith([1, 3]);
    const selector = new ByTraffic(new FakeClock());
    expect(serveOften(selector, members, 8).join(' ')).toBe('pz1 pz2 pz2 pz2 pz1 pz2 pz2 pz2');
  });

  test('keeps members apart by no more than one reply per load factor', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 100 });
    const factors = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(factors, sizes, (loadFactors, replies) => {
        const members = membersWith(loadFactors);
        const selector = new ByTraffic(new FakeClock());
        for (const bytes of replies) serve(selector, members, bytes);
        const traffic = members.map(({ load }, index) => load.bytesReceived / (loadFactors[index] ?? 1));
        expect(Math.max(...traffic) - Math.min(...traffic)).toBeLessThanOrEqual(100_000 + 200);
      }),
    );
  });

  test('lets a member that joins start where the least loaded other one stands', () => {
    const [first, second, joining] = membersWith([1, 1, 1]) as [Member, Member, Member];
    const selector = new ByTraffic(new FakeClock());
    serveOften(selector, [first, second], 100);
    const picks = serveOften(selector, [first, second, joining], 30);
    expect(picks.filter((route) => route === 'pz3')).toHaveLength(10);
  });

  test('does not make up for a time away', () => {
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    const selector = new ByTraffic(new FakeClock());
    serveOften(selector, [first, second], 10);
    serveOften(selector, [first], 50);
    const picks = serveOften(selector, [first, second], 10);
    expect(picks.filter((route) => route === 'pz2')).toHaveLength(5);
  });

  test('remembers who was passed over because it had been tried, and makes up for that', () => {
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    const selector = new ByTraffic(new FakeClock());
    serveOften(selector, [first, second], 10);
    serveOften(selector, [first], 4);
    expect(serveOften(selector, [first, second], 4)).toEqual(['pz2', 'pz2', 'pz2', 'pz2']);
  });

  test('forgets half of what was every twenty seconds', () => {
    const clock = new FakeClock();
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    const selector = new ByTraffic(clock);
    selector.select([first, second]);
    first.load.begin().received(80_000);
    expect(selector.standing(first)).toBe(800);
    clock.advance(2 * HALF_LIFE);
    expect(selector.select([first, second])).toBe(second);
    expect(selector.standing(first)).toBe(200);
  });
});
