import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { Member } from '../../lib/cluster/member.ts';
import { OptionsError } from '../../lib/errors.ts';
import { memberSettings } from '../helpers/member-settings.ts';

function clusterOf(...routes: string[]): Cluster {
  return new Cluster(
    'pz2cluster',
    routes.map((route) => memberSettings(route)),
  );
}

function routesOf(members: readonly Member[]): string[] {
  return members.map((member) => member.route);
}

describe('Cluster', () => {
  test('has its members in the order of their declaration, and finds them by route', () => {
    const cluster = clusterOf('pz2', 'pz1');
    expect(routesOf(cluster.members)).toEqual(['pz2', 'pz1']);
    expect(cluster.byRoute('pz1')).toBe(cluster.members[1]);
    expect(cluster.byRoute('pz3')).toBeUndefined();
  });

  test('refuses two members with one route and says which', () => {
    expect(() => clusterOf('pz1', 'pz2', 'pz1')).toThrow(OptionsError);
    expect(() => clusterOf('pz1', 'pz2', 'pz1')).toThrow(/members\[2\]\.route: members\[0\] has this route/);
  });

  test('adds members at the end, and refuses a route that is taken', () => {
    const cluster = clusterOf('pz1');
    const added = cluster.add(memberSettings('pz2'));
    expect(cluster.byRoute('pz2')).toBe(added);
    expect(() => cluster.add(memberSettings('pz2'))).toThrow(OptionsError);
    expect(routesOf(cluster.members)).toEqual(['pz1', 'pz2']);
  });

  test('removes a member and leaves alone who walks through the members meanwhile', () => {
    const cluster = clusterOf('pz1', 'pz2', 'pz3');
    const seen: string[] = [];
    for (const member of cluster.members) {
      seen.push(member.route);
      expect(cluster.remove(member.route)).toBe(member);
    }
    expect(seen).toEqual(['pz1', 'pz2', 'pz3']);
    expect(cluster.members).toEqual([]);
    expect(cluster.remove('pz1')).toBeUndefined();
  });

  test('puts another server into the place of a member', () => {
    const cluster = clusterOf('pz1', 'pz2');
    const [before] = cluster.members;
    before?.state.setAdministrative('draining', 'test');
    expect(cluster.replace(memberSettings('pz1', { url: 'http://other.example' }))).toBe(before);
    expect(routesOf(cluster.members)).toEqual(['pz1', 'pz2']);
    expect(cluster.byRoute('pz1')).not.toBe(before);
    expect(cluster.members[0]?.state.administrative).toBe('enabled');
    expect(cluster.replace(memberSettings('pz3'))).toBeUndefined();
  });

  test('gives all members its own limit of init a second, also a changed one', () => {
    const cluster = new Cluster('pz2cluster', [memberSettings('pz1')], { initsPerSecond: 20 });
    expect(cluster.members[0]?.initRate.limit).toBe(20);
    cluster.limitInits(30);
    cluster.add(memberSettings('pz2'));
    expect(cluster.members.map(({ initRate }) => initRate.limit)).toEqual([30, 30]);
  });
});

describe('Cluster.onMemberState', () => {
  test('reports changes of every member, also of one added later, until it is removed', () => {
    const cluster = clusterOf('pz1');
    const heard: string[] = [];
    cluster.onMemberState((member, change) => heard.push(`${member.route} ${change.axis} ${change.to}`));
    const added = cluster.add(memberSettings('pz2'));
    cluster.byRoute('pz1')?.state.setAdministrative('draining', '');
    added.state.setHealth('down', '');
    cluster.remove('pz2');
    added.state.setHealth('up', '');
    expect(heard).toEqual(['pz1 administrative draining', 'pz2 health down']);
  });

  test('reports nothing to who has ended it', () => {
    const cluster = clusterOf('pz1');
    const heard: string[] = [];
    const end = cluster.onMemberState((member) => heard.push(member.route));
    end();
    cluster.byRoute('pz1')?.state.setHealth('down', '');
    expect(heard).toEqual([]);
  });
});

test('Cluster.onMembership hears who joins and who is taken out, until it ends', () => {
  const cluster = clusterOf('pz1');
  const heard: string[] = [];
  const end = cluster.onMembership(({ settings }, present) =>
    heard.push(`${settings.url} ${present ? 'joins' : 'leaves'}`),
  );
  cluster.add(memberSettings('pz2', { url: 'http://b' }));
  cluster.replace(memberSettings('pz2', { url: 'http://c' }));
  cluster.remove('pz2');
  end();
  cluster.remove('pz1');
  expect(heard).toEqual(['http://b joins', 'http://b leaves', 'http://c joins', 'http://c leaves']);
});

test('Cluster.onOutcome hears of attempts at all members of now, until it ends', () => {
  const cluster = clusterOf('pz1', 'pz2');
  const heard: string[] = [];
  const end = cluster.onOutcome(({ route }, { result }) => heard.push(`${route} ${result}`));
  const [first, second] = cluster.members;
  cluster.remove('pz2');
  first?.report({ result: 'answered', status: 200, latency: 1 });
  second?.report({ result: 'failed', kind: 'reset' });
  cluster.add(memberSettings('pz3'));
  cluster.byRoute('pz3')?.report({ result: 'failed', kind: 'reset' });
  end();
  first?.report({ result: 'failed', kind: 'reset' });
  expect(heard).toEqual(['pz1 answered', 'pz3 failed']);
});

describe('Cluster.usableMembers', () => {
  test('is the same array while nothing changes', () => {
    const cluster = clusterOf('pz1', 'pz2');
    expect(cluster.usableMembers()).toBe(cluster.usableMembers());
  });

  test('follows states, rests, additions and removals', () => {
    const cluster = clusterOf('pz1', 'pz2', 'pz3');
    const usable = (): string[] => routesOf(cluster.usableMembers());
    expect(usable()).toEqual(['pz1', 'pz2', 'pz3']);
    cluster.byRoute('pz1')?.state.setHealth('down', '');
    expect(usable()).toEqual(['pz2', 'pz3']);
    cluster.byRoute('pz2')?.state.failed(0, 50);
    expect(usable()).toEqual(['pz3']);
    cluster.byRoute('pz2')?.state.expireRest(50);
    expect(usable()).toEqual(['pz2', 'pz3']);
    cluster.byRoute('pz3')?.state.setAdministrative('draining', '');
    expect(usable()).toEqual(['pz2', 'pz3']);
    cluster.add(memberSettings('pz4'));
    cluster.remove('pz2');
    expect(usable()).toEqual(['pz3', 'pz4']);
  });
});
