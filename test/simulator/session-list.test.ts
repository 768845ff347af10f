import { describe, expect, test } from '@jest/globals';
import { SessionList, sessionNumber } from '../../lib/simulator/session-list.ts';
import type { Session } from '../../lib/simulator/session.ts';
import { SessionTargets } from '../../lib/simulator/session-targets.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const newList = (clock = new FakeClock()): SessionList => new SessionList(clock, 60_000);
const create = (list: SessionList): Session => list.create(new SessionTargets([]));
const createMany = (list: SessionList, count: number): Session[] =>
  Array.from({ length: count }, () => create(list));

describe('A session number', () => {
  test('holds the second, less what does not fit, and the count', () => {
    const recorded = 35_318_792;
    const [second, count] = [Math.floor(recorded / 256), recorded % 256];
    expect(sessionNumber(1000 * (second + 200 * 2 ** 23), count)).toBe(recorded);
  });

  test('counts from 0 to 255', () => {
    expect(sessionNumber(1000, 256)).toBe(256);
    expect(sessionNumber(1000, 255)).toBe(511);
  });

  test('has 31 bits', () => {
    expect(sessionNumber(1000 * (2 ** 23 - 1), 255)).toBe(2 ** 31 - 1);
    expect(sessionNumber(1000 * 2 ** 23, 0)).toBe(0);
  });
});

describe('A list of sessions', () => {
  test('gives the same numbers as another one that began in the same second', () => {
    const [one, other] = [newList(), newList()];
    expect(createMany(one, 3).map(({ number }) => number)).toEqual(
      createMany(other, 3).map(({ number }) => number),
    );
  });

  test('repeats a number after 256 sessions in a second, and finds the newest', () => {
    const list = newList();
    const sessions = createMany(list, 257);
    expect(new Set(sessions.map(({ number }) => number)).size).toBe(256);
    expect(sessions[256]?.number).toBe(sessions[0]?.number);
    expect(list.find(String(sessions[0]?.number))).toBe(sessions[256]);
    expect(list.live).toBe(257);
  });

  test('finds the older of two namesakes when the newer has ended', () => {
    const clock = new FakeClock(1_700_000_000_000);
    const list = newList(clock);
    const sessions = createMany(list, 257);
    clock.advance(59_999);
    sessions[0]?.touch();
    clock.advance(1);
    expect(list.find(String(sessions[0]?.number))).toBe(sessions[0]);
    expect(list.live).toBe(1);
  });

  test('finds by every spelling that atoi takes for the number', () => {
    const list = newList();
    const session = create(list);
    const { number } = session;
    const spellings = [
      `${number}`,
      ` +${number}.pz1`,
      `00${number}`,
      `${number + 2 ** 32}`,
      `${number - 2 ** 32}`,
      `${number}${'x'.repeat(3000)}`,
    ];
    expect(spellings.map((spelling) => list.find(spelling))).toEqual(spellings.map(() => session));
    expect(list.find('')).toBeUndefined();
  });

  test('ends a session that nobody touched for the timeout', () => {
    const clock = new FakeClock();
    const list = newList(clock);
    const session = create(list);
    clock.advance(59_999);
    session.touch();
    clock.advance(59_999);
    expect(list.live).toBe(1);
    clock.advance(1);
    expect([list.live, list.created]).toEqual([0, 1]);
    expect(list.find(String(session.number))).toBeUndefined();
  });

  test('can be cleared', () => {
    const list = newList();
    create(list);
    create(list);
    list.clear();
    expect([list.live, [...list].length]).toEqual([0, 0]);
  });
});
