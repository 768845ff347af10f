import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConcurrencyLimit } from '../../lib/limits/concurrency-limit.ts';

test('as many are under way for each key as may, whatever comes and goes', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('enter', 'leave'), fc.constantFrom('a', 'b')));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), steps, (most, taken) => {
      const limit = new ConcurrencyLimit(most);
      const counts = new Map([
        ['a', 0],
        ['b', 0],
      ]);
      for (const [step, key] of taken) {
        const count = counts.get(key) ?? 0;
        if (step === 'leave' && count === 0) continue;
        if (step === 'leave') limit.leave(key);
        const entered = step === 'enter' && limit.enter(key);
        expect(entered).toBe(step === 'enter' && count < most);
        counts.set(key, count + (step === 'leave' ? -1 : Number(entered)));
      }
      for (const [key, count] of counts) for (let left = count; left > 0; left--) limit.leave(key);
      expect([...counts.keys()].map((key) => limit.enter(key))).toEqual([true, true]);
    }),
  );
});
