import { describe, expect, test } from '@jest/globals';
import { checkClusterOptions, checkGatewayOptions, checkShimOptions } from '../../lib/config/check.ts';
import {
  CLUSTER_DEFAULTS,
  FAILURE_DEFAULTS,
  FORWARD_DEFAULTS,
  GATEWAY_DEFAULTS,
  MEMBER_DEFAULTS,
} from '../../lib/config/defaults.ts';
import { parseDuration } from '../../lib/config/duration.ts';
import type { ClusterOptions, GatewayOptions, MemberOptions, ShimOptions } from '../../lib/config/options.ts';
import { POLICY_PRESETS } from '../../lib/protocol/policy-presets.ts';
import { optionProblems } from '../helpers/option-problems.ts';

const MEMBER: MemberOptions = { url: 'http://127.0.0.1:9763', route: 'pz1' };
const CLUSTER: ClusterOptions = { members: [MEMBER] };
const GATEWAY: GatewayOptions = {
  listen: '127.0.0.1:8080',
  clusters: { main: { path: '/pazpar2/search.pz2', members: [MEMBER] } },
};
const SHIM: ShimOptions = { backend: 'http://127.0.0.1:9763', serverId: 'pz1' };

const clusterProblems = (options: object) =>
  optionProblems(() => checkClusterOptions({ ...CLUSTER, ...options }));
const gatewayProblems = (options: object) =>
  optionProblems(() => checkGatewayOptions({ ...GATEWAY, ...options }));

describe('the least options', () => {
  test('of a cluster are filled with the defaults', () => {
    const config = checkClusterOptions(CLUSTER);
    expect(config).toMatchObject({ name: 'cluster', lbMethod: 'byrequests', cors: false, entrances: [] });
    expect(config.policy).toEqual({ preset: 'public', overrides: {}, rules: POLICY_PRESETS.public });
    expect(config.access).toEqual({ allow: [], deny: [] });
    expect(config.members).toEqual([{ ...MEMBER, ...MEMBER_DEFAULTS }]);
    expect(config.removeAfter).toBe(parseDuration(CLUSTER_DEFAULTS.removeAfter));
    expect(config.forward).toMatchObject({
      retry: 60_000,
      retryPause: 250,
      maxBodySize: 1_048_576,
      maxQueue: 256,
    });
    expect(Object.keys(config.forward).sort()).toEqual(
      Object.keys({ ...FORWARD_DEFAULTS, ...FAILURE_DEFAULTS }).sort(),
    );
  });

  test('of the gateway are filled with the defaults', () => {
    const config = checkGatewayOptions(GATEWAY);
    expect(config).toMatchObject({ ...GATEWAY_DEFAULTS, shutdownDelay: 0, shutdownTimeout: 30_000 });
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.admin).toBeUndefined();
    expect(config.clusters).toHaveLength(1);
    expect(config.clusters[0]).toMatchObject({
      name: 'main',
      path: '/pazpar2/search.pz2',
      protocol: 'pazpar2',
    });
  });

  test('of the shim are filled with the defaults', () => {
    const { forward, ...rest } = checkShimOptions(SHIM);
    expect(rest).toEqual(SHIM);
    expect(forward).toEqual(checkClusterOptions(CLUSTER).forward);
  });
});

test('an option that is undefined counts as left out', () => {
  expect(checkClusterOptions({ ...CLUSTER, retry: undefined } as unknown as ClusterOptions)).toEqual(
    checkClusterOptions(CLUSTER),
  );
});

test('the configuration is frozen to its last part, and the options stay as they were', () => {
  const cors = ['https://library.example'];
  const config = checkGatewayOptions({
    ...GATEWAY,
    trustProxy: ['loopback'],
    clusters: { main: { path: '/', members: [MEMBER], cors } },
  });
  const parts = [config, config.trustProxy, config.clusters, config.clusters[0], config.clusters[0]?.cors];
  for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
  expect(Object.isFrozen(config.clusters[0]?.forward)).toBe(true);
  expect(Object.isFrozen(config.clusters[0]?.members[0])).toBe(true);
  expect(Object.isFrozen(cors)).toBe(false);
  expect(Object.isFrozen(MEMBER)).toBe(false);
});

describe('the ends of each range', () => {
  const ranges: [option: string, least: unknown, most: unknown, below: unknown, above: unknown][] = [
    ['retry', 0, '1h', '-1s', '3600001ms'],
    ['connectTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['replyTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['blockingReplyTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['idleTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['bodyTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['sendTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['requestTimeout', '10ms', '1h', '9ms', '3600001ms'],
    ['retryPause', '0s', '10s', '-1ms', '10001ms'],
    ['keepAliveTimeout', '10ms', '10m', 0, '600001ms'],
    ['maxBlocking', 1, 65_535, 0, 65_536],
    ['maxQuick', 1, 65_535, 0, 65_536],
    ['maxQueue', 0, 65_535, -1, 65_536],
    ['queueTimeout', '10ms', '10m', '9ms', '600001ms'],
    ['maxInitRate', 1, 250, 0, 251],
    ['maxBodySize', 0, '64mb', -1, 67_108_865],
    ['removeAfter', 0, '24h', '-1h', '86400001ms'],
  ];

  test.each(ranges)('of %s are taken, what lies beyond is not', (option, least, most, below, above) => {
    expect(clusterProblems({ [option]: least })).toEqual([]);
    expect(clusterProblems({ [option]: most })).toEqual([]);
    expect(clusterProblems({ [option]: below })).toEqual([expect.stringMatching(`^${option}: must be`)]);
    expect(clusterProblems({ [option]: above })).toEqual([
      expect.stringMatching(`^${option}: must be .*from`),
    ]);
  });

  test.each([
    ['shutdownDelay', '10m', '601s'],
    ['shutdownTimeout', '1h', '3601s'],
  ])('of %s are taken, what lies beyond is not', (option, most, above) => {
    expect(gatewayProblems({ [option]: 0 })).toEqual([]);
    expect(gatewayProblems({ [option]: most })).toEqual([]);
    expect(gatewayProblems({ [option]: above })).toEqual([`${option}: must be from 0 to ${most}`]);
  });

  test.each([
    [0.01, []],
    [100, []],
    [0, ['members[0].loadFactor: must be a number from 0.01 to 100 with at most two decimals']],
    [100.01, ['members[0].loadFactor: must be a number from 0.01 to 100 with at most two decimals']],
  ])('of loadFactor: %d', (loadFactor, problems) => {
    expect(clusterProblems({ members: [{ ...MEMBER, loadFactor }] })).toEqual(problems);
  });
});

describe('every word of an option is taken', () => {
  test.each(['enabled', 'draining', 'disabled', 'stopped'])('state %s', (state) => {
    expect(clusterProblems({ members: [{ ...MEMBER, state }] })).toEqual([]);
  });
  test.each(['auto', 'kept', 'fresh'])('connections %s', (connections) => {
    expect(clusterProblems({ members: [{ ...MEMBER, connections }] })).toEqual([]);
  });
  test.each(['public', 'trusted'])('policy %s', (policy) => {
    expect(clusterProblems({ policy })).toEqual([]);
  });
  test.each(['debug', 'info', 'warn', 'error', 'silent'])('logLevel %s', (logLevel) => {
    expect(gatewayProblems({ logLevel })).toEqual([]);
  });
});

describe('refused', () => {
  test.each([undefined, null, 7, 'x', [], () => 1])('options that are %p', (options) => {
    expect(optionProblems(() => checkClusterOptions(options as never))).toEqual([': must be an object']);
    expect(optionProblems(() => checkGatewayOptions(options as never))).toEqual([': must be an object']);
    expect(optionProblems(() => checkShimOptions(options as never))).toEqual([': must be an object']);
  });

  test('missing options, each by name', () => {
    expect(optionProblems(() => checkGatewayOptions({} as never))).toEqual([
      'listen: is missing',
      'clusters: is missing',
    ]);
    expect(optionProblems(() => checkShimOptions({} as never))).toEqual([
      'backend: is missing',
      'serverId: is missing',
    ]);
    expect(clusterProblems({ members: [{}] })).toEqual([
      'members[0].url: is missing',
      'members[0].route: is missing',
    ]);
  });

  test('an unknown option, with the nearest known one', () => {
    expect(clusterProblems({ rety: '1s' })).toEqual(['rety: unknown option; did you mean "retry"?']);
    expect(clusterProblems({ members: [{ ...MEMBER, loadfactor: 1 }] })).toEqual([
      'members[0].loadfactor: unknown option; did you mean "loadFactor"?',
    ]);
    expect(gatewayProblems({ admin: { listen: '127.0.0.1:1', lissen: 1 } })).toEqual([
      'admin.lissen: unknown option; did you mean "listen"?',
    ]);
    expect(gatewayProblems({ clusters: { main: { ...GATEWAY.clusters['main'], pth: 1 } } })).toEqual([
      'clusters.main.pth: unknown option; did you mean "path"?',
    ]);
  });

  test('an unknown option by a name of the language', () => {
    const options = JSON.parse('{"__proto__":{},"constructor":1}') as object;
    expect(
      optionProblems(() => checkShimOptions(Object.assign(Object.create(null), options) as never)),
    ).toContain('constructor: unknown option');
    expect(optionProblems(() => checkShimOptions(options as never))).toContain('__proto__: unknown option');
  });

  test('lists and objects that are something else', () => {
    expect(clusterProblems({ members: {} })).toEqual(['members: must be a list']);
    expect(clusterProblems({ members: [] })).toEqual(['members: must have at least one member']);
    expect(clusterProblems({ members: ['http://a:1'] })).toEqual(['members[0]: must be an object']);
    expect(gatewayProblems({ clusters: [] })).toEqual(['clusters: must be an object']);
    expect(gatewayProblems({ clusters: {} })).toEqual(['clusters: must have at least one cluster']);
    expect(gatewayProblems({ admin: null })).toEqual(['admin: must be an object']);
  });

  test('a cluster name that cannot be one', () => {
    const clusters = JSON.parse('{"__proto__":{"path":"/"},"a b":{"path":"/b","members":[]}}') as object;
    expect(gatewayProblems({ clusters })).toEqual([
      'clusters["a b"].members: must have at least one member',
      expect.stringContaining('clusters.__proto__: must be a name'),
      expect.stringContaining('clusters["a b"]: must be a name'),
    ]);
  });

  test('the same route twice in a cluster', () => {
    const second = { url: 'http://127.0.0.1:9764', route: 'pz1' };
    expect(clusterProblems({ members: [MEMBER, second] })).toEqual([
      'members[1].route: must differ from the routes of the other members of the cluster',
    ]);
  });

  test('the same path for two clusters, while the same route in two clusters is taken', () => {
    const cluster = { path: '/a', members: [MEMBER] };
    expect(gatewayProblems({ clusters: { a: cluster, b: { ...cluster, path: '/b' } } })).toEqual([]);
    expect(gatewayProblems({ clusters: { a: cluster, b: cluster } })).toEqual([
      'clusters.b.path: must differ from the paths of the other clusters',
    ]);
  });

  test.each([
    ['127.0.0.1:8080', '127.0.0.1:8080', 1],
    ['LOCALHOST:8080', 'localhost:8080', 1],
    ['unix:/run/a.sock', 'unix:/run/a.sock', 1],
    ['127.0.0.1:8080', '127.0.0.1:8081', 0],
    ['127.0.0.1:0', '127.0.0.1:0', 0],
  ])('listeners %s and %s: %d problems', (listen, admin, problems) => {
    expect(gatewayProblems({ listen, admin: { listen: admin } })).toHaveLength(problems);
  });
});

describe('an OptionsError', () => {
  const broken = { members: [{ url: 'http://me:hunter2@a:1', route: 'x.y' }], retry: 60, cors: ['null'] };

  test('tells every problem at once, with the value that was found', () => {
    expect(() => checkClusterOptions(broken as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTIONS',
        problems: [
          expect.objectContaining({ path: 'retry', value: '60' }),
          expect.objectContaining({ path: 'members[0].url', value: '"http://…@a:1"' }),
          expect.objectContaining({ path: 'members[0].route', value: '"x.y"' }),
          expect.objectContaining({ path: 'cors[0]', value: '"null"' }),
        ],
      }),
    );
  });

  test('shows no password', () => {
    expect(() => checkClusterOptions(broken as never)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
