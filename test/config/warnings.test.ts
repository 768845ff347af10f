import { describe, expect, test } from '@jest/globals';
import { checkGatewayOptions } from '../../lib/config/check.ts';
import type { GatewayClusterOptions, GatewayOptions } from '../../lib/config/options.ts';
import type { EntranceOptions, Policy } from '../../lib/config/policy-options.ts';
import { formatPath } from '../../lib/config/problem.ts';
import { gatewayWarnings } from '../../lib/config/warnings.ts';

const TOKEN = 'q2Jv7mXz0aB4cD6eF8gH1iK3';
const POWERS =
  'send any setting, and so write and read files of the server, make the server connect to any host and change the targets of other users; ' +
  'send text/xml bodies, of which a bad one ends the server; see the passwords of targets (info, service)';

function warningsOf(
  cluster: Partial<GatewayClusterOptions>,
  gateway: Partial<GatewayOptions> = {},
): string[] {
  const members = [{ url: 'http://127.0.0.1:9763', route: 'pz1' }];
  const config = checkGatewayOptions({
    listen: '127.0.0.1:8080',
    admin: { listen: '127.0.0.1:8081' },
    // Its warnings are tested by themselves.
    statistics: 'off',
    ...gateway,
    clusters: { main: { path: '/pz2', members, ...cluster } },
  });
  return gatewayWarnings(config).map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

const opening = (name: string, ...targets: string[]): Policy => ({ settings: [{ name, targets }] });
const shared = (name: string, targets: string) =>
  `where the configuration of Pazpar2 sets ${name} for exactly such a target (${targets}), ` +
  'a value that one client sends holds for all users';

test('the defaults give no warning, nor do guarded entrances', () => {
  const entrances: GatewayClusterOptions['entrances'] = [
    { token: TOKEN },
    { allow: ['10.0.0.0/8'] },
    { deny: ['all'], allow: ['10.0.0.0/8'] },
    { path: '/a', token: TOKEN },
    { path: '/b', listener: 'internal' },
  ];
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ entrances })).toEqual([]);
  expect(warningsOf({ policy: 'trusted', access: { allow: ['::1'] } })).toEqual([]);
});

describe('a setting that is opened', () => {
  test('for listed targets may be shared between users', () => {
    expect(warningsOf({ policy: opening('pz:allow', 'a.example', 'b.example:210/*') })).toEqual([
      `clusters.main.policy.settings[0]: ${shared('pz:allow', 'a.example, b.example:210/*')}`,
    ]);
  });

  test('behind a token may be shared as well', () => {
    const entrances: EntranceOptions[] = [{ token: TOKEN, policy: opening('pz:allow', 'a.example') }];
    expect(warningsOf({ entrances })).toEqual([
      `clusters.main.entrances[0].policy.settings[0]: ${shared('pz:allow', 'a.example')}`,
    ]);
  });

  test.each(['*', 'z*.example/db', 'z.example*'])(
    'for targets of any host, as %s, lets strangers connect',
    (target) => {
      expect(warningsOf({ policy: opening('pz:allow', target) })[0]).toBe(
        `clusters.main.policy: everybody who comes here may make the server connect to any host (pz:allow for targets of their own, by "${target}")`,
      );
    },
  );

  test.each([
    ['pz:xslt', 'write and read files of the server'],
    ['pz:url', 'make the server connect to any host'],
    ['pz:zproxy', 'make the server connect to any host'],
  ])('and is %s gives a power', (name, power) => {
    expect(warningsOf({ policy: opening(name, 'a.example') })[0]).toBe(
      `clusters.main.policy: everybody who comes here may ${power} (the setting ${name})`,
    );
  });
});

describe('what everybody may do is told', () => {
  test('of a cluster that is trusted as a whole', () => {
    expect(warningsOf({ policy: 'trusted' })).toEqual([
      `clusters.main.policy: everybody who comes here may ${POWERS}`,
    ]);
  });

  test.each<[string, object]>([
    ['that has only a path', { path: '/trusted' }],
    ['that allows all', { allow: ['all'] }],
    ['that denies only some', { deny: ['10.0.0.1'] }],
  ])('of an entrance %s', (_, entrance) => {
    expect(warningsOf({ entrances: [entrance] })).toEqual([
      `clusters.main.entrances[0].policy: everybody who comes here may ${POWERS}`,
    ]);
  });

  test('of single parts of a policy', () => {
    expect(warningsOf({ policy: { allowCommands: ['service', 'session-status'], xmlBodies: true } })).toEqual(
      [
        'clusters.main.policy: everybody who comes here may send text/xml bodies, of which a bad one ends the server; ' +
          'see the passwords of targets (service)',
      ],
    );
  });

  test('of the mode report', () => {
    expect(warningsOf({ policy: { mode: 'report' } })).toEqual([
      'clusters.main.policy: everybody who comes here may do everything: in the mode "report" what breaks the policy goes on to the server',
    ]);
  });
});

describe('trustProxy: true', () => {
  const signing = { keys: [{ id: 'a', secret: TOKEN }] };

  test('makes lists of addresses worthless', () => {
    expect(warningsOf({ signing, entrances: [{ allow: ['10.0.0.0/8'] }] }, { trustProxy: true })).toEqual([
      expect.stringMatching(/^trustProxy: believes whatever X-Forwarded-For says/),
    ]);
    expect(warningsOf({ signing, access: { deny: ['10.0.0.0/8'] } }, { trustProxy: true })).toHaveLength(1);
  });

  test('is no matter without them, nor are proxies that are named', () => {
    expect(warningsOf({ signing, entrances: [{ token: TOKEN }] }, { trustProxy: true })).toEqual([]);
    expect(
      warningsOf({ signing, entrances: [{ allow: ['10.0.0.0/8'] }] }, { trustProxy: ['loopback'] }),
    ).toEqual([]);
  });
});

describe('session values that anybody can guess', () => {
  const open = { listen: '0.0.0.0:8080' };
  const keys = [{ id: 'a', secret: TOKEN }];
  const guessed =
    'whoever has a session can guess those of others, because Pazpar2 takes its numbers from the clock';

  test.each<[string, Partial<GatewayOptions>]>([
    ['every address', open],
    ['an address of a network', { listen: '192.0.2.1:8080' }],
    ['an address of IPv6', { listen: '[2001:db8::1]:8080' }],
    ['a name', { listen: 'library.example:8080' }],
    ['a proxy in front', { trustProxy: 'loopback' }],
    ['a proxy at a Unix socket', { listen: 'unix:/run/balancer.sock', trustProxy: true }],
  ])('are warned of where strangers come by %s', (_, gateway) => {
    expect(warningsOf({}, gateway)).toEqual([`clusters.main: ${guessed}; sign the values (\`signing\`)`]);
  });

  test('are warned of where strangers come by an entrance', () => {
    const cluster = { access: { allow: ['::1'] }, entrances: [{ path: '/a', policy: 'public' as const }] };
    expect(warningsOf(cluster, open)).toEqual([expect.stringContaining(guessed)]);
  });

  test.each(['127.0.0.1:8080', '[::1]:8080', 'localhost:8080', 'unix:/run/balancer.sock'])(
    'are no danger at %s, where only this machine comes',
    (listen) => {
      expect(warningsOf({}, { listen })).toEqual([]);
    },
  );

  test('are no danger where only servers come, or where they are signed', () => {
    expect(warningsOf({ access: { allow: ['10.0.0.0/8'] } }, open)).toEqual([]);
    expect(warningsOf({ signing: { keys } }, open)).toEqual([]);
  });

  test('are a matter of Pazpar2 alone: sessions of other applications are theirs', () => {
    const members = [{ url: 'http://127.0.0.1:3000', route: 'a' }];
    const config = checkGatewayOptions({
      ...open,
      clusters: { app: { path: '/', protocol: 'http', members } },
    });
    expect(gatewayWarnings(config)).toEqual([]);
  });

  test('are warned of for as long as unsigned ones pass', () => {
    expect(warningsOf({ signing: { keys, required: false } }, open)).toEqual([
      `clusters.main.signing.required: while values without a signature pass, ${guessed}; end the roll-out soon`,
    ]);
  });
});
