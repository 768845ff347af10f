import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayClusterConfig } from '../../lib/config/config.ts';
import type { GatewayClusterOptions } from '../../lib/config/options.ts';
import { ServedClusters } from '../../lib/gateway/served-clusters.ts';
import { silentLogger } from '../../lib/observability/logger.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const MINUTE = 60_000;

/** Configurations of clusters by name, each with one member of the name `<cluster>1`. */
function clusters(
  options: Readonly<Record<string, Partial<GatewayClusterOptions> & { readonly path: string }>>,
): readonly GatewayClusterConfig[] {
  const entries = Object.entries(options).map(([name, cluster]) => [
    name,
    { members: [{ url: `http://${name}.example`, route: `${name}1` }], ...cluster },
  ]);
  return checkGatewayOptions({
    listen: '127.0.0.1:0',
    admin: { listen: '127.0.0.1:1' },
    clusters: Object.fromEntries(entries),
  }).clusters;
}

function serve(options: Parameters<typeof clusters>[0]) {
  const clock = new FakeClock(0);
  const served = new ServedClusters({ clock, logger: silentLogger });
  served.apply(clusters(options));
  return { served, clock };
}

/** Name of the cluster that serves a path. */
function servedBy(
  served: ServedClusters,
  path: string,
  listener?: 'public' | 'internal',
): string | undefined {
  return served.find(path, listener)?.balancer.snapshot().name;
}

/** Administrative states of the members of each cluster. */
function states(served: ServedClusters): Record<string, string[]> {
  return Object.fromEntries(
    served.snapshots().map(({ name, members }) => [name, members.map(({ state }) => state.administrative)]),
  );
}

describe('a path', () => {
  test.each([
    ['/pazpar2/search.pz2', 'a'],
    ['/pazpar2/search.pz2/', 'a'],
    ['/pazpar2/search.pz2/more', 'a'],
    ['/pazpar2/search.pz20', undefined],
    ['/pazpar2', undefined],
    ['/Pazpar2/search.pz2', undefined],
    ['', undefined],
  ])('%p is served by %p', (path, name) => {
    const { served } = serve({ a: { path: '/pazpar2/search.pz2' } });
    expect(servedBy(served, path)).toBe(name);
  });

  test('belongs to the cluster with the longest path that covers it, whatever their order', () => {
    const { served } = serve({ root: { path: '/' }, short: { path: '/a' }, long: { path: '/a/b' } });
    expect(['/', '/x', '/a', '/a/x', '/a/b', '/a/b/c', '/ab'].map((path) => servedBy(served, path))).toEqual([
      'root',
      'root',
      'short',
      'short',
      'long',
      'long',
      'root',
    ]);
  });

  test('of an entrance leads to its cluster, on its own listener only', () => {
    const entrances = [
      { path: '/trusted', policy: 'trusted' as const, allow: ['127.0.0.1'] },
      { path: '/inside', listener: 'internal' as const, policy: 'trusted' as const },
    ];
    const { served } = serve({ a: { path: '/a', entrances } });
    expect(served.find('/a')).toMatchObject({ entrance: undefined });
    expect(served.find('/trusted')?.entrance).toMatchObject({ path: '/trusted' });
    expect(served.find('/trusted', 'internal')).toBeUndefined();
    expect(served.find('/inside')).toBeUndefined();
    expect(servedBy(served, '/inside', 'internal')).toBe('a');
    expect(served.find('/a', 'internal')).toBeUndefined();
  });
});

describe('a new configuration', () => {
  test('changes a cluster in place', () => {
    const { served } = serve({ a: { path: '/a' } });
    const before = served.find('/a')?.balancer;
    served.apply(clusters({ a: { path: '/moved', policy: 'trusted' } }));
    expect(served.find('/a')).toBeUndefined();
    expect(served.find('/moved')?.balancer).toBe(before);
    expect(served.snapshots()).toMatchObject([{ name: 'a', policy: 'trusted' }]);
  });

  test('adds clusters', () => {
    const { served } = serve({ a: { path: '/a' } });
    served.apply(clusters({ a: { path: '/a' }, b: { path: '/b' } }));
    expect([servedBy(served, '/a'), servedBy(served, '/b')]).toEqual(['a', 'b']);
  });

  test('lets a cluster that is missing serve its sessions for its removeAfter', () => {
    const { served, clock } = serve({ a: { path: '/a' }, b: { path: '/b', removeAfter: '5m' } });
    served.apply(clusters({ a: { path: '/a' } }));
    clock.advance(5 * MINUTE - 1);
    expect(servedBy(served, '/b')).toBe('b');
    expect(states(served)).toEqual({ a: ['enabled'], b: ['draining'] });
    served.apply(clusters({ a: { path: '/a' } }));
    clock.advance(1);
    expect(served.find('/b')).toBeUndefined();
    expect(states(served)).toEqual({ a: ['enabled'] });
  });

  test('takes a cluster back that was on its way out', () => {
    const { served, clock } = serve({ a: { path: '/a' }, b: { path: '/b' } });
    const before = served.find('/b')?.balancer;
    served.apply(clusters({ a: { path: '/a' } }));
    clock.advance(MINUTE);
    served.apply(clusters({ a: { path: '/a' }, b: { path: '/b' } }));
    clock.advance(60 * MINUTE);
    expect(served.find('/b')?.balancer).toBe(before);
    expect(states(served)).toEqual({ a: ['enabled'], b: ['enabled'] });
  });

  test('lets a cluster go that is missing a second time', () => {
    const { served, clock } = serve({ a: { path: '/a' }, b: { path: '/b' } });
    for (const names of [['a'], ['a', 'b'], ['a']]) {
      served.apply(clusters(Object.fromEntries(names.map((name) => [name, { path: `/${name}` }]))));
      clock.advance(MINUTE);
    }
    clock.advance(10 * MINUTE);
    expect(states(served)).toEqual({ a: ['enabled'] });
  });

  test.each([[['old', 'new']], [['new', 'old']]])(
    'gives the path of a leaving cluster to its heir: %j',
    (names) => {
      const { served, clock } = serve({ [names[0] ?? '']: { path: '/a' } });
      served.apply(clusters({ [names[1] ?? '']: { path: '/a' } }));
      expect(servedBy(served, '/a')).toBe(names[1]);
      clock.advance(60 * MINUTE);
      expect(servedBy(served, '/a')).toBe(names[1]);
      expect(served.snapshots()).toHaveLength(1);
    },
  );
});

test('closing leaves no timer behind', async () => {
  const { served, clock } = serve({ a: { path: '/a' }, b: { path: '/b' } });
  served.apply(clusters({ a: { path: '/a' } }));
  await served.close();
  expect(clock.running).toBe(0);
});
