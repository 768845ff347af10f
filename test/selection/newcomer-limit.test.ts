import { describe, expect, test } from '@jest/globals';
import type { Member } from '../../lib/cluster/member.ts';
import { Least } from '../../lib/selection/least.ts';
import { NewcomerLimit } from '../../lib/selection/newcomer-limit.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { countPicks, membersWith } from '../helpers/members.ts';

const NEW_FOR = 5 * 60_000;

/** Members with many sessions, a method that would send everything to the one without, and what it chooses behind the limit. */
class Scene {
  readonly clock = new FakeClock();
  readonly members: Member[];
  readonly selector: NewcomerLimit;
  readonly #loads = new Map<Member, number>();

  constructor(loadFactors: readonly number[]) {
    this.members = membersWith(loadFactors);
    for (const member of this.members) this.#loads.set(member, 1000);
    const least = new Least('least', (member) => this.#loads.get(member) ?? 0);
    this.selector = new NewcomerLimit(least, this.clock);
  }

  get last(): Member {
    return this.members.at(-1) as Member;
  }

  get others(): Member[] {
    return this.members.slice(0, -1);
  }

  /** The last member has nothing to do. */
  relieveLast(): void {
    this.#loads.set(this.last, 0);
  }

  /** How many of these choices each gets. */
  choose(choices: number, candidates: readonly Member[] = this.members): number[] {
    const picks = Array.from({ length: choices }, () => this.selector.select(candidates));
    return countPicks(this.members, picks);
  }
}

describe('A limit for newcomers', () => {
  test('lets nobody wait at the start, where all are new', () => {
    const scene = new Scene([1, 1]);
    scene.relieveLast();
    expect(scene.choose(10)).toEqual([0, 10]);
  });

  test('gives a member that joins ten sessions at once and then a tenth more than its share, spread out, not everything', () => {
    const scene = new Scene([1, 1, 1]);
    scene.choose(10, scene.others);
    scene.relieveLast();
    const [, , joined = 0] = scene.choose(300);
    expect(joined).toBe(120);
    for (let ten = 0; ten < 5; ten += 1) expect(scene.choose(10)[2]).toBeLessThanOrEqual(4);
  });

  test('goes by load factors', () => {
    const scene = new Scene([1, 1, 2]);
    scene.choose(10, scene.others);
    scene.relieveLast();
    expect(scene.choose(300)[2]).toBe(175);
  });

  test('holds for a member that comes back, but not for one that missed a choice or two', () => {
    const scene = new Scene([1, 1, 1]);
    scene.choose(10);
    scene.relieveLast();
    scene.choose(3, scene.others);
    expect(scene.choose(10)[2]).toBe(10);
    scene.choose(50, scene.others);
    expect(scene.choose(90)[2]).toBe(43);
  });

  test('ends after five minutes', () => {
    const scene = new Scene([1, 1, 1]);
    scene.choose(10, scene.others);
    scene.relieveLast();
    scene.choose(30);
    scene.clock.advance(NEW_FOR - 1);
    expect(scene.choose(10)[2]).toBeLessThanOrEqual(4);
    scene.clock.advance(1);
    expect(scene.choose(10)[2]).toBe(10);
  });

  test('grows with the share of a member that warms up, and holds until that is whole', () => {
    const scene = new Scene([1, 1, 1]);
    scene.choose(10, scene.others);
    scene.relieveLast();
    scene.last.warmUp(0, 2 * NEW_FOR);
    expect(scene.choose(210)[2]).toBe(10 + 11);
    scene.clock.advance(1.5 * NEW_FOR);
    scene.last.warmUp(1.5 * NEW_FOR, 2 * NEW_FOR);
    expect(scene.choose(110)[2]).toBeLessThanOrEqual(34);
  });

  test('chooses a newcomer that has its share already before nobody', () => {
    const scene = new Scene([1, 1]);
    scene.choose(10, scene.others);
    scene.relieveLast();
    scene.choose(40);
    expect(scene.choose(5, [scene.last])).toEqual([0, 5]);
  });

  test('forgets a member that was removed', () => {
    const scene = new Scene([1, 1, 1]);
    scene.choose(10, scene.others);
    scene.choose(40);
    scene.selector.forget(scene.last);
    scene.relieveLast();
    expect(scene.choose(10)[2]).toBe(10);
  });
});
