import { beforeEach, describe, expect, test } from '@jest/globals';
import type { LbMethod } from '../../lib/config/options.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { PushingFarm } from '../helpers/pushing-farm.ts';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

const farm = (
  count: number,
  lbMethod: LbMethod,
  options: ConstructorParameters<typeof PushingFarm>[2] = {},
) => new PushingFarm(count, clock, { lbMethod, ...options });

describe('least and most', () => {
  test('are exact: all goes to the lowest until it reports something else', () => {
    const pz = farm(3, 'least:load1');
    pz.push('pz1', { load1: 0.5 });
    pz.push('pz2', { load1: 0.2 });
    pz.push('pz3', { load1: 0.9 });
    expect(pz.chooseTimes(3)).toBe('pz2 pz2 pz2');
    pz.push('pz2', { load1: 0.6 });
    expect(pz.chooseTimes(2)).toBe('pz1 pz1');
  });

  test('of the most is the highest', () => {
    const pz = farm(2, 'most:memory');
    pz.push('pz1', { memory: 100 });
    pz.push('pz2', { memory: 200 });
    expect(pz.choose()).toBe('pz2');
    pz.push('pz2', { memory: -1 });
    expect(pz.choose()).toBe('pz1');
  });

  test('let equals take turns', () => {
    const pz = farm(3, 'least:load1');
    for (const name of ['pz1', 'pz2', 'pz3']) pz.push(name, { load1: 1 });
    expect(pz.chooseTimes(6)).toBe('pz1 pz2 pz3 pz1 pz2 pz3');
  });

  test('ask the others when the lowest cannot be used, and it again when it can', () => {
    const pz = farm(3, 'least:load1');
    for (const [index, name] of ['pz1', 'pz2', 'pz3'].entries()) pz.push(name, { load1: index });
    pz.balancer.members.setState('pz1', 'draining');
    expect(pz.choose()).toBe('pz2');
    pz.balancer.members.remove('pz2');
    expect(pz.choose()).toBe('pz3');
    pz.balancer.members.setState('pz1', 'enabled');
    expect(pz.choose()).toBe('pz1');
    pz.balancer.members.add({ url: 'http://pz9.example:9004', route: 'pz9' });
    pz.push('pz9', { load1: -1 });
    expect(pz.choose()).toBe('pz9');
  });

  test('heed sets, spares and standbys', () => {
    const pz = farm(3, 'least:load1');
    for (const [index, name] of ['pz1', 'pz2', 'pz3'].entries()) pz.push(name, { load1: index });
    pz.balancer.members.update('pz1', { lbSet: 1 });
    pz.balancer.members.update('pz2', { role: 'standby' });
    expect(pz.choose()).toBe('pz3');
    pz.balancer.members.setState('pz3', 'disabled');
    expect(pz.choose()).toBe('pz2');
    pz.balancer.members.setState('pz2', 'disabled');
    expect(pz.choose()).toBe('pz1');
  });
});

describe('figures that are missing or old', () => {
  test('put a member behind all that have them, and leave the choice to the fallback where nobody has', () => {
    const pz = farm(3, { least: 'load1', fallback: 'byrequests' });
    expect(pz.chooseTimes(3)).toBe('pz1 pz2 pz3');
    pz.push('pz3', { load1: 99 });
    expect(pz.chooseTimes(2)).toBe('pz3 pz3');
    pz.balancer.members.setState('pz3', 'draining');
    expect(pz.chooseTimes(2).split(' ').toSorted()).toEqual(['pz1', 'pz2']);
  });

  test('count as missing after their time', () => {
    const pz = farm(2, { least: 'load1', maxAge: '30s' });
    pz.push('pz1', { load1: 0 });
    clock.advance(20_000);
    pz.push('pz2', { load1: 1 });
    expect(pz.choose()).toBe('pz1');
    clock.advance(10_001);
    expect(pz.choose()).toBe('pz2');
    pz.push('pz1', { load1: 0 });
    expect(pz.choose()).toBe('pz1');
  });

  test('count as long as they last where there is no such time', () => {
    const pz = farm(2, { least: 'load1', maxAge: 0 });
    pz.push('pz1', { load1: 5 });
    pz.push('pz2', { load1: 1 });
    clock.advance(86_400_000);
    expect(pz.choose()).toBe('pz2');
  });

  test('of a formula are missing when one of them is, or when it has no finite result', () => {
    const pz = farm(3, { expression: 'load1/cpus' });
    pz.push('pz1', { load1: 0 });
    pz.push('pz2', { load1: 0, cpus: 0 });
    pz.push('pz3', { load1: 9, cpus: 1 });
    expect(pz.choose()).toBe('pz3');
  });
});

describe('a formula', () => {
  test('weighs figures', () => {
    const pz = farm(2, { expression: 'load1/cpus + 0.05*sessions' });
    pz.push('pz1', { load1: 4, cpus: 8, sessions: 10 });
    pz.push('pz2', { load1: 1, cpus: 1, sessions: 2 });
    expect(pz.choose()).toBe('pz1');
    pz.push('pz1', { sessions: 30 });
    expect(pz.choose()).toBe('pz2');
  });

  test("takes the balancer's own counts where a server does not push them", () => {
    const pz = farm(2, { expression: 'busy + 0*elected + 0*bytes + 0*sessions' });
    expect(pz.chooseTimes(2)).toBe('pz1 pz2');
    pz.push('pz1', { busy: 3 });
    expect(pz.chooseTimes(2)).toBe('pz2 pz2');
    pz.push('pz1', { busy: -1 });
    expect(pz.choose()).toBe('pz1');
  });

  test('counts what was placed since a server pushed, so that nobody is flooded', () => {
    const pz = farm(2, { expression: 'load1 + placed' });
    pz.push('pz1', { load1: 0 });
    pz.push('pz2', { load1: 2 });
    expect(pz.chooseTimes(6)).toBe('pz1 pz1 pz2 pz1 pz2 pz1');
    pz.push('pz1', { load1: 0 });
    expect(pz.choose()).toBe('pz1');
  });

  test('knows the load factor', () => {
    const pz = farm(2, { expression: 'load1/factor' });
    pz.balancer.members.update('pz2', { loadFactor: 4 });
    pz.push('pz1', { load1: 2 });
    pz.push('pz2', { load1: 4 });
    expect(pz.choose()).toBe('pz2');
  });
});

test('smoothing takes a part of each new figure', () => {
  const pz = farm(2, { least: 'load1', smoothing: '10s' });
  pz.push('pz1', { load1: 10 });
  pz.push('pz2', { load1: 5 });
  clock.advance(1000);
  pz.push('pz1', { load1: 0 });
  expect(pz.choose()).toBe('pz2');
  clock.advance(9000);
  pz.push('pz1', { load1: 0 });
  expect(pz.choose()).toBe('pz1');
});

test.each([{ least: 'load1' }, { expression: 'load1 + 0*busy' }])(
  'two choices spread over several: %j',
  (method) => {
    const pz = farm(10, { ...method, choices: 'two' });
    for (let index = 1; index <= 10; index += 1) pz.push(`pz${index}`, { load1: index });
    const chosen = pz.chooseTimes(200).split(' ');
    const count = (name: string): number => chosen.filter((other) => other === name).length;
    expect(count('pz1')).toBeLessThan(70);
    expect(count('pz1')).toBeGreaterThan(count('pz6'));
    expect(count('pz10')).toBeLessThanOrEqual(2);
    pz.balancer.members.setState('pz1', 'draining');
    expect(pz.chooseTimes(50)).not.toMatch(/pz1(?: |$)/);
  },
);

test('the snapshot tells the method and how members stand', () => {
  const pz = farm(2, 'least:load1');
  pz.push('pz1', { load1: 0.5 });
  expect(pz.balancer.snapshot()).toMatchObject({
    lbMethod: 'least:load1',
    members: [{ standing: 0.5 }, { standing: Infinity }],
  });
});
