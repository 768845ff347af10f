import { expect, test } from '@jest/globals';
import { FakeClock } from '../helpers/fake-clock.ts';
import { PushingFarm } from '../helpers/pushing-farm.ts';

const counted = (farm: PushingFarm, times: number) => {
  const chosen = farm.chooseTimes(times).split(' ');
  return ['pz1', 'pz2', 'pz3'].map((name) => chosen.filter((other) => other === name).length);
};

test('who says that more places are free gets more, in proportion', () => {
  const farm = new PushingFarm(3, new FakeClock(), { lbMethod: 'heartbeat' });
  farm.push('pz1', { ready: 10, busy: 0 });
  farm.push('pz2', { ready: 30, busy: 5 });
  farm.push('pz3', { ready: 0, busy: 9 });
  const [one = 0, two = 0, three = 0] = counted(farm, 20_000);
  expect(Math.abs(one / 20_000 / 0.25 - 1)).toBeLessThan(0.05);
  expect(Math.abs(two / 20_000 / 0.75 - 1)).toBeLessThan(0.05);
  expect(three).toBe(0);
});

test('where nobody has a free place it is the least busy; where nobody says anything, another method', () => {
  const clock = new FakeClock();
  const farm = new PushingFarm(3, clock, { lbMethod: 'heartbeat' });
  expect(farm.chooseTimes(3)).toBe('pz1 pz2 pz3');
  farm.push('pz1', { ready: 0, busy: 9 });
  farm.push('pz2', { ready: -1, busy: 4 });
  expect(farm.chooseTimes(2)).toBe('pz2 pz2');
  clock.advance(10_001);
  expect(counted(farm, 3)).toEqual([1, 1, 1]);
});

test('sets and drain are heeded (unlike in Apache)', () => {
  const farm = new PushingFarm(3, new FakeClock(), { lbMethod: 'heartbeat' });
  for (const name of ['pz1', 'pz2', 'pz3']) farm.push(name, { ready: 10, busy: 0 });
  farm.balancer.members.update('pz1', { lbSet: 1 });
  farm.balancer.members.setState('pz2', 'draining');
  expect(farm.chooseTimes(10)).toBe(Array.from({ length: 10 }, () => 'pz3').join(' '));
});
