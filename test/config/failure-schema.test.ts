import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import { failureFields } from '../../lib/config/failure-schema.ts';

const MEMBERS = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];

function failureOf(options: object): Record<string, unknown> {
  const { forward } = checkClusterOptions({ members: MEMBERS, ...options });
  return Object.fromEntries(Object.entries(forward).filter(([key]) => Object.hasOwn(failureFields, key)));
}

describe('What failures lead to', () => {
  test('has defaults', () => {
    expect(failureOf({})).toEqual({
      retry: 60_000,
      maxRetry: 300_000,
      maxAttempts: 8,
      retryBudget: 0.5,
      failOnStatus: [],
      failOnTimeout: true,
      forceRecovery: true,
    });
  });

  test('is read with units', () => {
    const options = { retry: '500ms', maxRetry: '1.5h', failOnStatus: [500, '502-504'], retryBudget: 0.25 };
    expect(failureOf(options)).toMatchObject({
      retry: 500,
      maxRetry: 5_400_000,
      failOnStatus: [
        [500, 500],
        [502, 504],
      ],
      retryBudget: 0.25,
    });
  });

  // Apache takes `retry=500ms` for 500 seconds and `retry=abc` for 0 (vector fd-76 and config.json).
  test.each([
    [{ retry: 60 }, /retry: must be 0 or a number with a unit .*for seconds write "60s"/],
    [{ retry: '60' }, /retry: .*for seconds write "60s"/],
    [{ retry: '60 s' }, /retry: must be 0 or a number with a unit/],
    [{ retry: '1min' }, /retry: must be 0 or a number with a unit/],
    [{ retry: 'abc' }, /retry: must be 0 or a number with a unit/],
    [{ retry: '2h' }, /retry: must be from 0 to 1h/],
    [{ maxAttempts: 0 }, /maxAttempts: must be a whole number from 1 to 8/],
    [{ maxAttempts: '3' }, /maxAttempts: .*without quotes/],
    [{ retryBudget: 20 }, /retryBudget: must be a number from 0 to 1/],
    [{ failOnStatus: '503' }, /failOnStatus: must be a list/],
    [{ failOnStatus: [404] }, /failOnStatus\[0\]: must be from 500 on: clients cause/],
    [{ failOnTimeout: 'On' }, /failOnTimeout: must be true or false/],
    [{ forceRecovery: 0 }, /forceRecovery: must be true or false/],
    [{ members: [{ ...MEMBERS[0], max: 0 }] }, /members\[0\]\.max: must be a whole number from 1 to 65535/],
  ])('is refused as %j', (options, message) => {
    expect(() => failureOf(options)).toThrow(message);
  });
});
