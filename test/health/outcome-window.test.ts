import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OutcomeWindow } from '../../lib/health/outcome-window.ts';

test('a window counts what became of requests, and what their answers took where that was measured', () => {
  const window = new OutcomeWindow(1000);
  window.answered(30, 0);
  window.answered(undefined, 50);
  window.failed(950);
  expect(window.sums(999)).toEqual({ requests: 3, failures: 1, measured: 1, latency: 30 });
});

test('it forgets what is older than its length, whatever came when, to a tenth of it', () => {
  const pauses = fc.array(fc.nat({ max: 400 }), { maxLength: 60 });
  fc.assert(
    fc.property(pauses, (waits) => {
      const window = new OutcomeWindow(1000);
      const times: number[] = [];
      let now = 0;
      for (const wait of waits) {
        now += wait;
        times.push(now);
        window.failed(now);
      }
      const { failures } = window.sums(now);
      expect(failures).toBeGreaterThanOrEqual(times.filter((time) => time > now - 900).length);
      expect(failures).toBeLessThanOrEqual(times.filter((time) => time > now - 1000).length);
    }),
  );
});
