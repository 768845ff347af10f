import { describe, expect, test } from '@jest/globals';
import { RetryBudget } from '../../lib/forward/retry-budget.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

function after(requests: number, retries: number) {
  const clock = new FakeClock(5000);
  const budget = new RetryBudget(clock);
  for (let request = 0; request < requests; request += 1) budget.countRequest();
  for (let retry = 0; retry < retries; retry += 1) budget.countRetry();
  return { clock, budget };
}

describe('The budget of retries', () => {
  test('is a share of the requests', () => {
    expect(after(1000, 199).budget.allows(0.2)).toBe(true);
    expect(after(1000, 200).budget.allows(0.2)).toBe(false);
  });

  test('is ten a second where the share is less', () => {
    expect(after(10, 99).budget.allows(0.2)).toBe(true);
    expect(after(10, 100).budget.allows(0)).toBe(false);
  });

  test('looks at the latest ten seconds', () => {
    const { clock, budget } = after(1000, 500);
    clock.advance(9000);
    expect(budget.allows(0.5)).toBe(false);
    clock.advance(1000);
    expect(budget.allows(0.5)).toBe(true);
  });
});
