import { afterEach, expect, test } from '@jest/globals';
import { checkClusterOptions } from '../../lib/config/check.ts';
import type { ClusterOptions } from '../../lib/config/options.ts';
import { Balancer } from '../../lib/gateway/balancer.ts';
import { StatisticsEngine } from '../../lib/statistics/engine.ts';
import type { RequestKind } from '../../lib/statistics/engine-request.ts';
import { parseQuery } from '../../lib/statistics/query-parser.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const clock = new FakeClock();
const balancers: Balancer[] = [];
afterEach(() => Promise.all(balancers.splice(0).map((balancer) => balancer.close())));

function farm(name: string, options: Partial<ClusterOptions>, ...routes: string[]): Balancer {
  const members = routes.map((route) => ({ url: `http://${route}.example:9004`, route }));
  const config = checkClusterOptions({ limits: 'off', members, ...options }, { name });
  const balancer = new Balancer(config, { clock });
  balancers.push(balancer);
  return balancer;
}

function engineOf(...farms: Balancer[]) {
  const engine = new StatisticsEngine(() => farms.map((balancer) => balancer.farm), clock);
  return (kind: RequestKind, query: string): string => {
    const requests = parseQuery(kind, query, { maxRequests: 16, mixedKinds: false });
    return engine
      .execute(requests)
      .map(({ text }) => text)
      .join('\n');
  };
}

test('one server in two farms has one set of figures, whichever farm it joined when', () => {
  const [one, other] = [farm('one', {}, 'pz1'), farm('other', {}, 'pz2')];
  const ask = engineOf(one, other);
  ask('update/phys', 'h=pz1,load1:1');
  other.members.add({ url: 'http://again.example:9004', route: 'p', name: 'pz1' });
  expect(ask('status/phys', 'h=pz1,n=other,f=%a_%{load1}')).toBe('http://again.example:9004_1');
  ask('update/phys', 'h=pz1,load1:2');
  expect(ask('status/phys', 'h=pz1,n=one,f=%{load1}')).toBe('2');
});

test('a server that is removed is not known any more, one that moves keeps its figures away from the new address', () => {
  const pz = farm('pz', {}, 'pz1', 'pz2');
  const ask = engineOf(pz);
  ask('update/phys', 'h=pz1,load1:1;h=pz2,load1:2');
  pz.members.remove('pz2');
  expect(() => ask('status/phys', 'h=pz2')).toThrow('there is no physical "pz2"');
  pz.members.update('pz1', { url: 'http://moved.example:9004' });
  expect(ask('status/phys', 'h=pz1,f=%a_%{load1}')).toBe('http://moved.example:9004_-');
});

test('who does not push in time is out: no new work, reported, and in again with the next push', () => {
  const pz = farm('pz', { expectUpdate: '10s' }, 'pz1', 'pz2');
  const ask = engineOf(pz);
  const changes: string[] = [];
  pz.events.on('memberState', ({ route, axis, to }) => changes.push(`${route} ${axis} ${to}`));
  ask('update/phys', 'h=pz1;h=pz2');
  clock.advance(6000);
  ask('update/phys', 'h=pz2');
  clock.advance(4000);
  expect(ask('status/phys', 'f="%h %i"')).toBe('pz1 out\npz2 in');
  expect(ask('balance', 'pz;pz;pz')).toBe('pz2\npz2\npz2');
  expect(ask('status/farm', 'n=pz')).toBe('pz on up in');
  clock.advance(6000);
  expect(ask('status/farm', 'n=pz')).toBe('pz on up out');
  expect(() => ask('balance', 'pz')).toThrow('has nobody');
  ask('update/phys', 'h=pz1,s=on');
  expect(() => ask('balance', 'pz')).toThrow('has nobody');
  ask('update/phys', 'h=pz1,load1:1');
  expect(ask('balance', 'pz')).toBe('pz1');
  expect(changes).toEqual(['pz1 freshness out', 'pz2 freshness out', 'pz1 freshness in']);
});

test('before the first update the configured state holds', () => {
  const ask = engineOf(farm('pz', { expectUpdate: '10s', beforeFirstUpdate: 'out' }, 'pz1'));
  expect(() => ask('balance', 'pz')).toThrow('has nobody');
  ask('update/phys', 'h=pz1');
  expect(ask('balance', 'pz')).toBe('pz1');
});

test('down by hand stays down, also when everybody is', () => {
  const ask = engineOf(farm('pz', {}, 'pz1', 'pz2'));
  ask('update/phys', 'h=pz1,u=down;h=pz2,u=down');
  expect(() => ask('balance', 'pz')).toThrow('the farm pz has nobody who can be used');
  ask('update/phys', 'h=pz2,u=auto');
  expect(ask('balance', 'pz')).toBe('pz2');
});

test('a farm that is off or down says so', () => {
  const ask = engineOf(farm('pz', {}, 'pz1'));
  ask('update/farm', 'n=pz,u=down');
  expect(() => ask('balance', 'pz')).toThrow('the farm pz is down');
  ask('update/farm', 'n=pz,s=off');
  expect(() => ask('balance', 'pz')).toThrow('the farm pz is off');
  ask('update/farm', 'n=pz,s=on,u=up');
  expect(ask('balance', 'pz')).toBe('pz1');
});

test('figures of one server are at most a hundred', () => {
  const ask = engineOf(farm('pz', {}, 'pz1'));
  const hundred = Array.from({ length: 100 }, (_, index) => `f${index}:1`).join(',');
  ask('update/phys', `h=pz1,${hundred}`);
  ask('update/phys', 'h=pz1,f7:2');
  expect(() => ask('update/phys', 'h=pz1,one-more:1')).toThrow('at most 100');
});

test('off drains who is on, and leaves alone who is off already', () => {
  const pz = farm('pz', {}, 'pz1', 'pz2', 'pz3');
  const ask = engineOf(pz);
  pz.members.setState('pz2', 'disabled');
  pz.members.setState('pz3', 'stopped');
  const states = () => pz.snapshot().members.map(({ state }) => state.administrative);
  ask('update/phys', 'h=pz1,s=off;h=pz2,s=off;h=pz3,s=off');
  expect(states()).toEqual(['draining', 'disabled', 'stopped']);
  ask('update/phys', 'h=pz1,s=on;h=pz2,s=on;h=pz3,s=on');
  expect(states()).toEqual(['enabled', 'enabled', 'enabled']);
});

test('off does not keep a member that is being removed', () => {
  const pz = farm('pz', { removeAfter: '10s' }, 'pz1', 'pz2');
  const ask = engineOf(pz);
  pz.members.remove('pz1', { drain: true });
  ask('update/phys', 'h=pz1,s=off');
  clock.advance(10_000);
  expect(pz.members.routes()).toEqual(['pz2']);
});
