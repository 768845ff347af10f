import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Streak } from '../../lib/health/streak.ts';

const LIMITS = { passes: 2, fails: 3 };

function verdicts(results: string, limits = LIMITS): string {
  const streak = new Streak(limits);
  return Array.from(results)
    .map((result) => streak.record(result === '+'))
    .join(' ');
}

describe('Streak', () => {
  test('is decided by the first result alone', () => {
    expect([verdicts('+'), verdicts('-')]).toEqual(['up', 'down']);
  });

  test('needs so many failures in a row to go down, and so many passes in a row to come up', () => {
    expect(verdicts('+---')).toBe('up up up down');
    expect(verdicts('-++')).toBe('down down up');
  });

  test('begins to count anew at each result that differs', () => {
    expect(verdicts('+--+--+--')).not.toContain('down');
    expect(verdicts('-+-+-+-')).not.toContain('up');
  });

  test('changes its verdict only at the end of a row that is long enough', () => {
    const limits = fc.record({
      passes: fc.integer({ min: 1, max: 5 }),
      fails: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(limits, fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (given, results) => {
        const streak = new Streak(given);
        let verdict = results[0] === true ? 'up' : 'down';
        for (const [index, result] of results.entries()) {
          const row = results.slice(0, index + 1).toReversed();
          const inARow = row.findIndex((one) => one !== result);
          const length = inARow === -1 ? row.length : inARow;
          if (length >= (result ? given.passes : given.fails)) verdict = result ? 'up' : 'down';
          expect([streak.record(result), streak.length]).toEqual([verdict, length]);
        }
      }),
    );
  });
});
