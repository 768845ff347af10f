import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import { formatDuration } from '../../lib/config/duration.ts';
import { explainGatewayConfig } from '../../lib/config/explain.ts';
import { parseGatewayFile } from '../../lib/config/file.ts';
import type { GatewayOptions } from '../../lib/config/options.ts';
import { certificateFiles, keyPair } from '../helpers/certificates.ts';

const MEMBERS = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];
const OPTIONS: GatewayOptions = {
  listen: '[::1]:8080',
  clusters: { main: { path: '/pz2', members: MEMBERS } },
};

const duration = (least: number, most: number) => fc.integer({ min: least, max: most }).map(formatDuration);

test('an explained configuration shows the defaults, in the words of the options', () => {
  const text = explainGatewayConfig(checkGatewayOptions(OPTIONS));
  expect(text).toContain('listen: "[::1]:8080"\ntrustProxy: false\n');
  expect(text).toContain('    retry: 1m\n');
  expect(text).toContain('    blockingReplyTimeout: 150s\n');
  expect(text).toContain('    maxBodySize: 1mb\n');
  expect(text).not.toContain('admin');
});

test('what looks like a variable is written so that it stays what it is', () => {
  const listen = 'unix:/run/${HOME}.sock';
  const config = checkGatewayOptions({ ...OPTIONS, listen });
  expect(explainGatewayConfig(config)).toContain('unix:/run/$${HOME}.sock');
  expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
});

test('secrets are not shown, and their places say so', () => {
  const secret = 'q2Jv7mXz0aB4cD6eF8gH1iK3';
  const main = { ...OPTIONS.clusters['main'], path: '/pz2', members: MEMBERS };
  const clusters = {
    main: { ...main, entrances: [{ token: secret }], signing: { keys: [{ id: 'a', secret }] } },
  };
  const text = explainGatewayConfig(checkGatewayOptions({ ...OPTIONS, clusters }));
  expect(text).not.toContain(secret);
  expect(text).toContain('        token: (not shown)\n');
  expect(text).toContain('          secret: (not shown)\n');
  const filledIn = text.replaceAll('(not shown)', secret);
  expect(parseGatewayFile(filledIn, {}, 'text')).toEqual(checkGatewayOptions({ ...OPTIONS, clusters }));
});

test('TLS is written by its files, and a key that stands in the options is not shown', () => {
  const files = certificateFiles('server');
  const tls = { ca: 'test/fixtures/tls/ca.pem', serverName: 'pz.internal', ...certificateFiles('client') };
  const main = { path: '/', members: [{ url: 'https://127.0.0.1', route: 'pz1', tls }] };
  const options: GatewayOptions = {
    listen: '127.0.0.1:8443',
    tls: files,
    admin: { listen: '127.0.0.1:8444', tls: { ...files, ca: tls.ca, minVersion: 'TLSv1.3' } },
    clusters: { main },
  };
  const text = explainGatewayConfig(checkGatewayOptions(options));
  expect(text).not.toContain('BEGIN');
  expect(text).toContain(`tls:\n  cert: ${files.cert}\n  key: ${files.key}\n  minVersion: TLSv1.2\n`);
  expect(parseGatewayFile(text, {}, 'text')).toMatchObject({ admin: { tls: { minVersion: 'TLSv1.3' } } });
  const inline = { ...options, tls: keyPair('server') };
  const hidden = explainGatewayConfig(checkGatewayOptions(inline));
  expect(hidden).toContain('\n  key: (not shown)\n');
  expect(hidden).not.toContain('PRIVATE KEY');
});

test('comments say in words what policies amount to', () => {
  const entrances = [{ path: '/trusted', policy: 'trusted' as const }];
  const main = { path: '/pz2', members: MEMBERS, entrances };
  const text = explainGatewayConfig(checkGatewayOptions({ ...OPTIONS, clusters: { main } }));
  expect(text).toMatch(/\n {4}# Who comes to \/pz2 may\n(?: {4}# .*\n)+ {4}policy: public\n/);
  expect(text).toMatch(
    /\n {4}entrances:\n {6}# Who comes to \/trusted may\n(?: {6}# .*\n)+ {6}- policy: trusted\n/,
  );
});

test.each<NonNullable<GatewayOptions['clusters'][string]['health']>>([
  'off',
  {},
  { interval: '90s', jitter: 0.25, beforeReady: false, http: {} },
  { http: { method: 'HEAD', path: '/health?x=1', status: [204, '300-301'], body: 'o.k \\d/' } },
])('probes are explained so that they read back: %j', (health) => {
  const main = { path: '/pz2', members: MEMBERS, health };
  const config = checkGatewayOptions({ ...OPTIONS, clusters: { main } });
  expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
});

test.each<NonNullable<GatewayOptions['clusters'][string]['outliers']>>([
  'off',
  {},
  { status: [], latencyFactor: 2.5, window: '90s' },
  { status: [500, '502-504'], maxEjected: 0 },
])('outliers are explained so that they read back: %j', (outliers) => {
  const main = { path: '/pz2', members: MEMBERS, outliers };
  const config = checkGatewayOptions({ ...OPTIONS, clusters: { main } });
  expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
});

test('a comment cannot be left by what it tells of', () => {
  const settings = [{ name: 'pz:allow', targets: ['a\nlisten: 1', 'b\r\u2028\u0085c: 2'] }];
  const main = { path: '/pz2', members: MEMBERS, policy: { settings, services: ['\nx: 1'] } };
  const config = checkGatewayOptions({ ...OPTIONS, clusters: { main } });
  expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
});

describe('an explained configuration is read back as the same', () => {
  const text = fc.oneof(
    fc.constantFrom('*', 'z3950.example.org:210/*', '${HOME}', '# no comment'),
    fc.string({ minLength: 1 }).filter((target) => !/[[\]]/.test(target)),
  );
  const policyParts = fc.record(
    {
      preset: fc.constantFrom('public', 'trusted'),
      mode: fc.constantFrom('enforce', 'report'),
      allowCommands: fc.subarray(['info', 'settings', 'session-status']),
      denyCommands: fc.subarray(['stop', 'record']),
      settings: fc.oneof(
        fc.constantFrom('none', 'any'),
        fc.array(
          fc.record({
            name: fc.constantFrom('pz:allow', 'pz:name'),
            targets: fc.array(text, { minLength: 1, maxLength: 3 }),
          }),
          { maxLength: 3 },
        ),
      ),
      xmlBodies: fc.boolean(),
      services: fc.oneof(fc.constant('any'), fc.array(text)),
      maxNum: fc.integer({ min: 1, max: 1_000_000 }),
      maxQueryLength: fc.integer({ min: 1, max: 1_048_576 }),
      maxParameters: fc.integer({ min: 1, max: 100_000 }),
      maxBodySize: fc.nat({ max: 67_108_864 }),
    },
    { requiredKeys: [] },
  );
  const policy = fc.oneof(fc.constantFrom('public', 'trusted'), policyParts);
  const addresses = fc.subarray(['10.0.0.0/8', '::1', 'loopback', 'all']);
  const entrance = fc.record(
    { policy, allow: fc.constant(['::1']), deny: addresses },
    { requiredKeys: ['allow'] },
  );
  const member = fc.record(
    {
      url: fc.constantFrom('http://a:1', 'https://[::1]:9763/x', 'unix:/run/pz2.sock:/search.pz2'),
      route: fc.stringMatching(/^[a-d][A-Za-z0-9_~-]{0,20}$/),
      loadFactor: fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100),
      direct: fc.boolean(),
      state: fc.constantFrom('enabled', 'draining', 'disabled', 'stopped'),
      connections: fc.constantFrom('auto', 'kept', 'fresh'),
      expectUpdate: duration(0, 86_400_000),
      forward: fc.constant('http://other.example/'),
    },
    { requiredKeys: ['url', 'route'] },
  );
  const cluster = fc.record(
    {
      path: fc.stringMatching(/^\/[a-z0-9~_]{1,20}$/),
      protocol: fc.constant('pazpar2'),
      members: fc.uniqueArray(member, { minLength: 1, maxLength: 4, selector: ({ route }) => route }),
      policy,
      access: fc.record({ allow: addresses, deny: addresses }, { requiredKeys: [] }),
      entrances: fc.array(entrance, { maxLength: 3 }),
      lbMethod: fc.constantFrom(
        'byrequests',
        'least:load1',
        'heartbeat',
        { expression: 'load1/cpus', smoothing: '10s', choices: 'two' },
        { method: 'hash', key: 'address' },
      ),
      expectUpdate: duration(0, 86_400_000),
      beforeFirstUpdate: fc.constantFrom('in', 'out'),
      forward: fc.constantFrom('http://other.example/', 'https://other.example/search.pz2?a=${b}'),
      removeAfter: duration(0, 86_400_000),
      cors: fc.oneof(fc.boolean(), fc.subarray(['https://a.example', 'http://[::1]:8080'])),
      retry: duration(0, 3_600_000),
      requestTimeout: duration(10, 3_600_000),
      maxQueue: fc.nat({ max: 65_535 }),
      maxBodySize: fc.nat({ max: 67_108_864 }),
    },
    { requiredKeys: ['path', 'members'] },
  );
  const gateway = fc.record(
    {
      listen: fc.constantFrom('127.0.0.1:80', '[::]:0', 'unix:/run/a b: {c}.sock', 'unix:/run/# $${x}'),
      admin: fc.constantFrom({ listen: '127.0.0.1:81' }, { listen: 'unix:/run/admin.sock' }),
      trustProxy: fc.oneof(fc.boolean(), fc.nat({ max: 32 }), fc.subarray(['loopback', '10.0.0.0/8', '::1'])),
      compress: fc.boolean(),
      shutdownDelay: duration(0, 600_000),
      statistics: fc.oneof(
        fc.constant('off'),
        fc.record(
          {
            allow: addresses,
            updateRate: fc.constant({ perSecond: 2.5, burst: 7 }),
            maxRequests: fc.integer({ min: 1, max: 1000 }),
            mixedKinds: fc.boolean(),
            ranges: fc.constantFrom({}, { load1: [0, 1000], 'disk.free': [-1, 1.5] }),
          },
          { requiredKeys: [] },
        ),
      ),
      logLevel: fc.constantFrom('debug', 'info', 'warn', 'error', 'silent'),
      clusters: fc
        .uniqueArray(cluster, { minLength: 1, maxLength: 3, selector: ({ path }) => path })
        .map((clusters) => Object.fromEntries(clusters.map((options, index) => [`c${index}`, options]))),
    },
    { requiredKeys: ['listen', 'clusters'] },
  );

  test('whatever its options are', () => {
    fc.assert(
      fc.property(gateway, ({ statistics, ...others }) => {
        const options = others.admin === undefined ? others : { ...others, statistics };
        const config = checkGatewayOptions(options as GatewayOptions);
        expect(parseGatewayFile(explainGatewayConfig(config), {}, 'text')).toEqual(config);
      }),
    );
  });
});
