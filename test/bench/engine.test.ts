import { expect, test } from '@jest/globals';
import { measureEngine } from './engine.ts';

test('the bench of the statistics engine measures updates and choices', async () => {
  const figures = await measureEngine(3, { method: 'least:load1', calls: 50 });
  expect(figures).toMatchObject({ physicals: 3, method: 'least:load1' });
  const rates = [figures.updates, figures.balances, figures.httpUpdates, figures.httpBalances];
  expect(rates.every((rate) => rate > 0)).toBe(true);
});
