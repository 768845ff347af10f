import { describe, expect, test } from '@jest/globals';
import { Cluster } from '../../lib/cluster/cluster.ts';
import type { MemberSettings } from '../../lib/cluster/member-settings.ts';
import { placeOfSession } from '../../lib/cluster/session-member.ts';
import { memberSettings } from '../helpers/member-settings.ts';

const NOW = 1000;

function clusterOf(members: Readonly<Record<string, Partial<MemberSettings>>>): Cluster {
  return new Cluster(
    'c',
    Object.entries(members).map(([route, settings]) => memberSettings(route, settings)),
  );
}

/** In the form "kind route". */
function place(cluster: Cluster, route: string, now = NOW): string {
  const found = placeOfSession(cluster, route, now);
  return 'member' in found ? `${found.kind} ${found.member.route}` : found.kind;
}

describe('a session', () => {
  test('is served by its member, draining, spare, standby or of another set', () => {
    const cluster = clusterOf({
      a: {},
      b: { state: 'draining' },
      c: { role: 'spare' },
      d: { role: 'standby' },
      e: { lbSet: 9 },
    });
    expect(['a', 'b', 'c', 'd', 'e'].map((route) => place(cluster, route))).toEqual([
      'own a',
      'own b',
      'own c',
      'own d',
      'own e',
    ]);
  });

  test('of a route that no member has is unknown', () => {
    expect(place(clusterOf({ a: {} }), 'b')).toBe('unknown');
  });

  test('of a disabled or stopped member is served by nobody', () => {
    const cluster = clusterOf({ a: { state: 'disabled' }, b: { state: 'stopped' }, c: {} });
    expect([place(cluster, 'a'), place(cluster, 'b')]).toEqual(['unserved', 'unserved']);
  });

  test('of a member that is down or rests may still be tried', () => {
    const cluster = clusterOf({ a: {}, b: {} });
    cluster.byRoute('a')?.state.setHealth('down', 'probes');
    cluster.byRoute('b')?.state.failed(NOW, 500);
    expect([place(cluster, 'a'), place(cluster, 'b')]).toEqual(['unwell a', 'unwell b']);
    expect(place(cluster, 'b', NOW + 500)).toBe('own b');
  });
});

describe('a redirect', () => {
  test('has no effect while the member serves', () => {
    expect(place(clusterOf({ a: { redirect: 'b' }, b: {} }), 'a')).toBe('own a');
  });

  test('leads from member to member to one that serves', () => {
    const cluster = clusterOf({
      a: { state: 'disabled', redirect: 'b' },
      b: { redirect: 'c' },
      c: {},
    });
    expect(place(cluster, 'a')).toBe('redirected b');
    cluster.byRoute('b')?.state.setHealth('down', 'probes');
    expect(place(cluster, 'a')).toBe('redirected c');
    expect(place(cluster, 'b')).toBe('redirected c');
  });

  test('leads away from a member that was tried', () => {
    const cluster = clusterOf({ a: { redirect: 'b' }, b: { redirect: 'c' }, c: {} });
    const [a, b] = cluster.members;
    const next = placeOfSession(cluster, 'a', NOW, new Set(a && b && [a, b]));
    expect(next).toEqual({ kind: 'redirected', member: cluster.byRoute('c') });
  });

  test.each([
    ['in a circle', { a: { state: 'stopped', redirect: 'b' }, b: { state: 'disabled', redirect: 'a' } }],
    ['to itself', { a: { state: 'stopped', redirect: 'a' } }],
    ['to nobody', { a: { state: 'stopped', redirect: 'nowhere' } }],
  ] as const)('%s leads nowhere', (_, members) => {
    expect(place(clusterOf(members), 'a')).toBe('unserved');
  });
});
