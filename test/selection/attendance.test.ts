import { describe, expect, test } from '@jest/globals';
import type { Member } from '../../lib/cluster/member.ts';
import { Attendance } from '../../lib/selection/attendance.ts';
import { membersWith } from '../helpers/members.ts';

function noteOften(attendance: Attendance, candidates: readonly Member[], choices: number): void {
  for (let choice = 0; choice < choices; choice += 1) attendance.note(candidates);
}

describe('Attendance', () => {
  test('has no arrivals at the first choice, where all are new', () => {
    expect(new Attendance().note(membersWith([1, 1]))).toEqual([]);
  });

  test('tells once who joins', () => {
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    const attendance = new Attendance();
    attendance.note([first]);
    expect(attendance.note([first, second])).toEqual([second]);
    expect(attendance.note([first, second])).toEqual([]);
  });

  test('tells who comes back, but not who missed only a few choices', () => {
    const [first, second] = membersWith([1, 1]) as [Member, Member];
    const attendance = new Attendance();
    attendance.note([first, second]);
    noteOften(attendance, [first], 9);
    expect(attendance.note([first, second])).toEqual([]);
    noteOften(attendance, [first], 10);
    expect(attendance.note([first, second])).toEqual([second]);
  });
});
